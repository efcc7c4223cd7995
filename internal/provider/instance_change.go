package provider

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// instanceSpecCheck has the library judge a configuration, as far as it is known.
type instanceSpecCheck struct{}

var _ resource.ConfigValidator = instanceSpecCheck{}

func (instanceSpecCheck) Description(context.Context) string {
	return "the machine is one that can be made"
}

func (c instanceSpecCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (instanceSpecCheck) ValidateResource(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config instanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Name.IsUnknown() { // the rest can be judged all the same
		config.Name = types.StringValue("unknown")
	}
	if config.AllowSSHFromAnywhere.IsUnknown() {
		config.AllowSSHFromAnywhere = types.BoolValue(true)
	}
	spec, err := config.spec()
	err = errors.Join(err, spec.WithDefaults().Validate())
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Invalid tropic_instance", err, instanceAttributeNames)...)
	}
}

// detectCaller fills ssh_cidrs with the caller's own address when the configuration leaves it open.
func detectCaller(ctx context.Context, client *tropic.Client, plan *instanceModel) diag.Diagnostics {
	if !plan.SSHCIDRs.IsUnknown() {
		return nil
	}
	caller, err := client.Ingress.DetectCallerIP(ctx)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddAttributeError(path.Root("ssh_cidrs"), "Detecting your own address failed, so nothing was created",
			detail(err)+"\n\nTo do without detection, set `ssh_cidrs`, for example to `[\"203.0.113.7/32\"]`, or to `[]` to close port 22.")
		return diags
	}
	plan.SSHCIDRs = setOf([]string{netip.Prefix.String(caller)})
	return nil
}

// readInstance fills the model with what is; found is false when the machine is gone.
func readInstance(ctx context.Context, client *tropic.Client, m *instanceModel) (found bool, err error) {
	id := m.ID.ValueString()
	instance, err := client.Instances.Get(ctx, id)
	if errors.Is(err, tropic.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m.setInstance(*instance)
	seen := observe(ctx, client, id)
	if err := errors.Join(seen.errs[:]...); err != nil {
		return true, err
	}
	m.setIngress(seen.rules)
	if err := m.setSettings(seen.settings); err != nil {
		return true, err
	}
	m.setStatus(seen.connection.Online(), seen.status)
	return true, nil
}

// observation is what there is about a machine besides itself; nil for a document that is absent.
type observation struct {
	rules      []tropic.IngressRule
	settings   *manifest.Settings
	status     *manifest.Status
	connection tropic.Connection
	errs       [4]error
}

// observe looks at everything at once: what concurrent reads ask for travels in shared calls, and a plan waits for one
// round of them instead of four.
func observe(ctx context.Context, client *tropic.Client, id string) (o observation) {
	var looks sync.WaitGroup
	looks.Go(func() {
		if o.rules, o.errs[0] = client.Ingress.Get(ctx, id); errors.Is(o.errs[0], tropic.ErrNotFound) {
			o.errs[0] = nil
		}
	})
	looks.Go(func() {
		if o.settings, o.errs[1] = client.Instances.Settings(ctx, id); isAbsentDocument(o.errs[1]) {
			o.errs[1] = nil
		}
	})
	looks.Go(func() {
		if o.status, o.errs[2] = client.Instances.Status(ctx, id); isAbsentDocument(o.errs[2]) {
			o.errs[2] = nil
		}
	})
	looks.Go(func() { o.connection, o.errs[3] = client.Instances.Connection(ctx, id) })
	looks.Wait()
	return o
}

// isAbsentDocument reports whether there is no such document, or one that says nothing to anybody.
func isAbsentDocument(err error) bool {
	return errors.Is(err, tropic.ErrNotFound) || errors.Is(err, manifest.ErrNotFound) ||
		errors.Is(err, manifest.ErrCorrupt) || errors.Is(err, manifest.ErrIncomplete)
}

// isGone reports whether EC2 ended the machine by itself, as it does when it has no room or cannot make the volume.
func isGone(ctx context.Context, client *tropic.Client, id string) bool {
	_, err := client.Instances.Get(ctx, id)
	return errors.Is(err, tropic.ErrNotFound)
}

// abandon cleans up behind a machine that EC2 ended while it was being created.
func (r *instanceResource) abandon(
	ctx context.Context, client *tropic.Client, id, summary string, cause error,
) diag.Diagnostics {
	diags := errorDiagnostics(summary, cause, instanceAttributeNames)
	if err := client.Instances.Terminate(ctx, id); err != nil && !errors.Is(err, tropic.ErrNotFound) {
		diags.Append(warningDiagnostics(summary+": cleaning up after "+id, err)...)
	}
	return diags
}

// lateDiagnostics says what a machine that runs still lacks.
func lateDiagnostics(id string, report *manifest.Report, err error) diag.Diagnostics {
	diags := warningDiagnostics("Machine "+id+" was made, but is not complete yet", err)
	if report != nil && !report.OK() {
		diags.AddWarning("Machine "+id+" reports problems",
			"- "+strings.Join(report.Status.Problems, "\n- ")+"\n\nNext: `status.problems` follows them; a later apply tries again.")
	}
	return diags
}

// instanceChange is one update in place.
type instanceChange struct {
	client              *tropic.Client
	config, plan, state instanceModel
}

// apply writes the records first, so that a machine that is started reconciles to them at boot.
func (c instanceChange) apply(ctx context.Context) diag.Diagnostics {
	var diags diag.Diagnostics
	id := c.state.ID.ValueString()
	summary := "Updating tropic_instance " + id
	update, needed, err := c.update(ctx)
	if err == nil && needed {
		_, err = c.client.Instances.Update(ctx, id, update)
	}
	if late := c.note(&diags, summary, err); !late && err != nil {
		return diags
	}
	for _, step := range c.powerSteps() {
		_, err := step(ctx, id)
		if late := c.note(&diags, summary, err); !late && err != nil {
			return diags
		}
	}
	return diags
}

// note adds err to diags, as a warning when the machine only has to catch up; it reports whether it was that.
func (c instanceChange) note(diags *diag.Diagnostics, summary string, err error) (late bool) {
	switch {
	case err == nil:
		return false
	case isLate(err) && !isUp(c.state.State.ValueString()):
		return true // a stopped machine reconciles when it starts
	case isLate(err):
		diags.Append(warningDiagnostics(summary+": the machine has not caught up yet", err)...)
		return true
	}
	diags.Append(errorDiagnostics(summary, err, instanceAttributeNames)...)
	return false
}

// update collects what differs.
func (c instanceChange) update(ctx context.Context) (u tropic.InstanceUpdate, needed bool, err error) {
	spec, err := c.plan.spec()
	if err != nil {
		return u, false, err
	}
	if !c.plan.SettingsDigest.Equal(c.state.SettingsDigest) ||
		!c.plan.Model.Equal(c.state.Model) || !c.plan.APIKey.Equal(c.state.APIKey) {
		origins := append([]string{}, spec.AllowedOrigins...)
		u.Model, u.APIKey, u.AllowedOrigins, needed = &spec.Model, &spec.APIKey, &origins, true
	}
	if !c.plan.SSHKey.Equal(c.state.SSHKey) {
		u.SSHKey, needed = &spec.SSHKey, true
	}
	if !c.plan.Ingress.Equal(c.state.Ingress) {
		u.Ingress, needed = &spec.Ingress, true
	}
	if !c.plan.Tags.Equal(c.state.Tags) {
		tags := spec.Tags
		if tags == nil {
			tags = map[string]string{}
		}
		u.Tags, needed = &tags, true
	}
	if !c.plan.APIKeysWOVersion.Equal(c.state.APIKeysWOVersion) {
		u.Credentials, err = c.credentials(ctx)
		needed = needed || len(u.Credentials) > 0
	}
	return u, needed, err
}

// credentials are the keys to set, and an empty one for each provider that is no longer in the set.
func (c instanceChange) credentials(ctx context.Context) (map[string]string, error) {
	stored, err := c.client.Credentials.List(ctx, c.state.ID.ValueString())
	if err != nil {
		return nil, err
	}
	keys := make(map[string]string, len(stored))
	for _, name := range stored {
		keys[name] = ""
	}
	for name, key := range stringMapOf(c.config.APIKeysWO) {
		keys[name] = key
	}
	return keys, nil
}

type powerStep func(ctx context.Context, id string) (*tropic.Instance, error)

// powerSteps are what brings the machine from the state it was in to the wanted one, by way of a change of type.
func (c instanceChange) powerSteps() []powerStep {
	var steps []powerStep
	held := c.state.Hold.ValueString() != "" // the meter would start it again
	if c.plan.DesiredState.ValueString() == desiredStopped && (held || c.state.State.ValueString() != tropic.StateStopped) {
		steps = append(steps, c.client.Instances.Stop)
	}
	if !c.plan.InstanceType.Equal(c.state.InstanceType) {
		steps = append(steps, func(ctx context.Context, id string) (*tropic.Instance, error) {
			return c.client.Instances.ChangeType(ctx, id, c.plan.InstanceType.ValueString())
		})
	}
	if c.plan.State.ValueString() == tropic.StateRunning && c.state.State.ValueString() != tropic.StateRunning {
		steps = append(steps, c.client.Instances.Start)
	}
	return steps
}
