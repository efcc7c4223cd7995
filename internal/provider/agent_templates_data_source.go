package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/templates"
)

var _ datasource.DataSource = (*agentTemplatesDataSource)(nil)

func newAgentTemplatesDataSource() datasource.DataSource { return &agentTemplatesDataSource{} }

// agentTemplatesDataSource needs no session: the templates are built in.
type agentTemplatesDataSource struct{}

type agentTemplatesModel struct {
	Names     []string             `tfsdk:"names"`
	Templates []agentTemplateModel `tfsdk:"templates"`
}

type agentTemplateModel struct {
	Name        string   `tfsdk:"name"`
	Title       string   `tfsdk:"title"`
	Description string   `tfsdk:"description"`
	Files       []string `tfsdk:"files"`
}

func (d *agentTemplatesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_agent_templates"
}

func (d *agentTemplatesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The agent templates built into this version of the provider; no call is made.",
		Attributes: map[string]schema.Attribute{
			"names": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Names for `template` of a `tropic_agent`, sorted.",
			},
			"templates": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The templates, in the order of `names`.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the template."},
					"title":       schema.StringAttribute{Computed: true, MarkdownDescription: "Name for people."},
					"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What the agent does, in a line."},
					"files": schema.ListAttribute{
						ElementType: types.StringType, Computed: true,
						MarkdownDescription: "Workspace files the template gives.",
					},
				}},
			},
		},
	}
}

func (d *agentTemplatesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	model := agentTemplatesModel{Names: []string{}, Templates: []agentTemplateModel{}}
	for _, t := range templates.List() {
		model.Names = append(model.Names, t.Name)
		model.Templates = append(model.Templates, agentTemplateModel(t))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
