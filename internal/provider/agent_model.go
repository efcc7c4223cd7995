package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/templates"
)

type agentModel struct {
	ID            types.String   `tfsdk:"id"`
	InstanceID    types.String   `tfsdk:"instance_id"`
	Slug          types.String   `tfsdk:"slug"`
	Name          types.String   `tfsdk:"name"`
	Template      types.String   `tfsdk:"template"`
	Model         types.String   `tfsdk:"model"`
	PolicyID      types.String   `tfsdk:"policy_id"`
	Files         types.Map      `tfsdk:"files"`
	Digest        types.String   `tfsdk:"digest"`
	Status        types.String   `tfsdk:"status"`
	StatusMessage types.String   `tfsdk:"status_message"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

type agentIdentityModel struct {
	InstanceID types.String `tfsdk:"instance_id"`
	Slug       types.String `tfsdk:"slug"`
	Region     types.String `tfsdk:"region"`
}

// spec is the agent as the library knows it.
func (m agentModel) spec() tropic.AgentSpec {
	return tropic.AgentSpec{
		Slug:     m.Slug.ValueString(),
		Name:     m.Name.ValueString(),
		Template: m.Template.ValueString(),
		Model:    m.Model.ValueString(),
		PolicyID: m.PolicyID.ValueString(),
		Files:    stringMapOf(m.Files),
	}
}

// known reports whether every part of the document is.
func (m agentModel) known() bool {
	return allKnown(m.Slug, m.Name, m.Template, m.Model, m.PolicyID, m.Files)
}

// setFrom takes over what is stored and how it does.
func (m *agentModel) setFrom(a tropic.Agent) {
	imported := m.Name.IsNull()
	m.ID = types.StringValue(a.InstanceID + "/" + a.Slug)
	m.InstanceID = types.StringValue(a.InstanceID)
	m.Slug = types.StringValue(a.Slug)
	m.Name = types.StringValue(a.Name)
	m.Template = textOrPrior(a.Template, m.Template)
	m.Model = textOrPrior(a.Model, m.Model)
	m.PolicyID = textOrPrior(a.PolicyID, m.PolicyID)
	m.Digest = types.StringValue(a.Digest)
	m.setStatus(a)
	if imported {
		m.Files = mapOrPrior(ownFiles(a), m.Files)
	}
}

// setStatus takes over how the agent does.
func (m *agentModel) setStatus(a tropic.Agent) {
	m.Status = types.StringValue(string(a.State))
	m.StatusMessage = textOrNull(a.Message)
}

// ownFiles are the files that differ from the template's, which a configuration must have given.
func ownFiles(a tropic.Agent) map[string]string {
	own := maps.Clone(a.Files)
	if a.Template == "" {
		return own
	}
	rendered, err := templates.Render(a.Template, templates.Values{Name: a.Name, Slug: a.Slug})
	if err != nil { // a template of another version of the provider: all files count as given
		return own
	}
	maps.DeleteFunc(own, func(name, text string) bool { return rendered[name] == text })
	return own
}
