package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

var _ datasource.DataSourceWithConfigure = (*instancesDataSource)(nil)

func newInstancesDataSource() datasource.DataSource { return &instancesDataSource{} }

type instancesDataSource struct{ session *session }

type instancesModel struct {
	Name      types.String         `tfsdk:"name"`
	Account   types.String         `tfsdk:"account"`
	States    types.Set            `tfsdk:"states"`
	Tags      types.Map            `tfsdk:"tags"`
	IDs       []string             `tfsdk:"ids"`
	Instances []instanceFactsModel `tfsdk:"instances"`
}

func (d *instancesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_instances"
}

func (d *instancesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All machines that Tropic manages in the region, or those that match. Terminated machines are never listed.",
		Attributes: map[string]schema.Attribute{
			"name":    schema.StringAttribute{Optional: true, MarkdownDescription: "Only machines of this name. Default: any."},
			"account": schema.StringAttribute{Optional: true, MarkdownDescription: "Only machines of this billing account. Default: any."},
			"states": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Only machines in one of these EC2 states, such as `[\"running\"]`. Default: any.",
			},
			"tags": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Only machines with all of these tags. Default: any.",
			},
			"ids": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "EC2 instance ids, in the order of `instances`.",
			},
			"instances": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The machines, sorted by account, name and id.",
				NestedObject:        schema.NestedAttributeObject{Attributes: instanceFacts()},
			},
		},
	}
}

func (d *instancesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *instancesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model instancesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	client := d.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := client.Instances.List(ctx, tropic.InstanceFilter{
		Name: model.Name.ValueString(), Account: model.Account.ValueString(),
		States: stringsOf(model.States), Tags: stringMapOf(model.Tags),
	})
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Listing machines", err, nil)...)
		return
	}
	model.IDs, model.Instances = []string{}, []instanceFactsModel{}
	for _, i := range found {
		model.IDs = append(model.IDs, i.ID)
		model.Instances = append(model.Instances, factsOf(*i))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
