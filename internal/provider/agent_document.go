package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// agentDocumentCheck has the library judge an agent's document, as far as it is known.
type agentDocumentCheck struct{}

var _ resource.ConfigValidator = agentDocumentCheck{}

func (agentDocumentCheck) Description(context.Context) string {
	return "the agent is one a machine can take up"
}

func (c agentDocumentCheck) MarkdownDescription(ctx context.Context) string {
	return c.Description(ctx)
}

func (agentDocumentCheck) ValidateResource(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config agentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Slug.IsUnknown() { // the rest can be judged all the same
		config.Slug = types.StringValue("unknown")
	}
	if config.Name.IsNull() || config.Name.IsUnknown() {
		config.Name = config.Slug
	}
	if !config.Files.IsUnknown() {
		config.Files = knownFiles(config.Files)
	}
	if _, err := config.spec().Document(); err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Invalid tropic_agent", err, nil)...)
	}
}

func knownFiles(files types.Map) types.Map {
	known := make(map[string]attr.Value, len(files.Elements()))
	for name, text := range files.Elements() {
		if text.IsUnknown() {
			text = types.StringValue("")
		}
		known[name] = text
	}
	if len(known) == 0 {
		return files
	}
	return types.MapValueMust(types.StringType, known)
}

// planAgentDigest works out the digest, so that a plan says whether the machine will see another document.
func planAgentDigest(plan *agentModel) diag.Diagnostics {
	doc, err := plan.spec().Document()
	if err == nil {
		var digest string
		digest, err = manifest.Digest(doc)
		plan.Digest = types.StringValue(digest)
	}
	if err != nil {
		return errorDiagnostics("Reading the agent", err, nil)
	}
	return nil
}

// putAgent stores the agent and, on a machine that runs, waits until it is taken up. That it is not taken up in time, or
// fails on the machine, is a warning and a status: the document is stored, and the machine keeps trying.
func putAgent(
	ctx context.Context, client *tropic.Client, limit time.Duration, summary string, plan *agentModel,
) diag.Diagnostics {
	var diags diag.Diagnostics
	instanceID, slug := plan.InstanceID.ValueString(), plan.Slug.ValueString()
	work, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	agent, err := client.Agents.PutWhenRoom(work, instanceID, plan.spec())
	if err != nil && !isLate(err) {
		return errorDiagnostics(summary, err, nil)
	}
	if err == nil && agent.State == manifest.AgentProvisioning {
		agent, err = settleAgent(work, client, instanceID, slug, agent)
	}
	if err != nil {
		diags.Append(warningDiagnostics(summary+": stored, but not ready yet", err)...)
	}
	if agent == nil {
		if agent, err = client.Agents.Get(ctx, instanceID, slug); err != nil {
			return errorDiagnostics(summary, err, nil)
		}
	}
	if agent.State == manifest.AgentFailed {
		diags.AddWarning(summary+": the machine could not take it up", sentence(agent.Message)+
			"\n\nNext: `status_message` follows it; a change of the agent, or the next reconcile, tries again.")
	}
	plan.ID = types.StringValue(instanceID + "/" + slug)
	plan.Digest = types.StringValue(agent.Digest)
	plan.setStatus(*agent)
	return diags
}

// settleAgent waits for the agent where there is something to wait for: a machine that runs and is connected.
func settleAgent(
	ctx context.Context, client *tropic.Client, instanceID, slug string, agent *tropic.Agent,
) (*tropic.Agent, error) {
	instance, err := client.Instances.Get(ctx, instanceID)
	if err != nil {
		return agent, err
	}
	connection, err := client.Instances.Connection(ctx, instanceID)
	if err != nil || !isUp(instance.State) || !connection.Online() {
		return agent, err
	}
	ready, err := client.Agents.WaitReady(ctx, instanceID, slug)
	if ready == nil {
		ready = agent
	}
	return ready, err
}

// refuseOtherAgent protects an agent of the same slug that something else manages. The very same agent is taken over:
// it is what a create that was killed after its last call leaves behind.
func refuseOtherAgent(ctx context.Context, client *tropic.Client, plan agentModel) error {
	instanceID, slug := plan.InstanceID.ValueString(), plan.Slug.ValueString()
	stored, err := client.Agents.Get(ctx, instanceID, slug)
	if isAbsentDocument(err) {
		return nil
	}
	if err != nil {
		return err
	}
	doc, err := plan.spec().Document()
	if err != nil {
		return err
	}
	digest, err := manifest.Digest(doc)
	if err != nil || digest == stored.Digest {
		return err
	}
	return &tropic.Error{
		Op: "creating", Resource: "agent", ID: instanceID + "/" + slug, Kind: tropic.ErrConflict, Field: "slug",
		Reason: "the machine has an agent of this slug already, and it is another one",
		Next:   "choose another slug, or adopt it: terraform import tropic_agent.<label> " + instanceID + "/" + slug,
	}
}
