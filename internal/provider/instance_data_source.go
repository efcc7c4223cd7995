package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

var (
	_ datasource.DataSourceWithConfigure        = (*instanceDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*instanceDataSource)(nil)
)

func newInstanceDataSource() datasource.DataSource { return &instanceDataSource{} }

type instanceDataSource struct{ session *session }

// instanceFactsModel is a machine as EC2 describes it, in one call for any number of machines.
type instanceFactsModel struct {
	ID               types.String `tfsdk:"id"`
	ARN              types.String `tfsdk:"arn"`
	Name             types.String `tfsdk:"name"`
	Account          types.String `tfsdk:"account"`
	InstanceType     types.String `tfsdk:"instance_type"`
	AMI              types.String `tfsdk:"ami"`
	Model            types.String `tfsdk:"model"`
	APIKey           types.String `tfsdk:"api_key"`
	SSHKey           types.String `tfsdk:"ssh_key"`
	State            types.String `tfsdk:"state"`
	Hold             types.String `tfsdk:"hold"`
	PublicIP         types.String `tfsdk:"public_ip"`
	PrivateIP        types.String `tfsdk:"private_ip"`
	AvailabilityZone types.String `tfsdk:"availability_zone"`
	SubnetID         types.String `tfsdk:"subnet_id"`
	SecurityGroupID  types.String `tfsdk:"security_group_id"`
	Tags             types.Map    `tfsdk:"tags"`
}

func (d *instanceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_instance"
}

func (d *instanceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := instanceFacts()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "EC2 instance id. Give this or `name`.",
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the machine. Give this or `id`.",
	}
	attributes["account"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Billing account to look for `name` in. Default `" + tropic.DefaultAccount + "`.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One machine that Tropic manages in the region, by id or by name.",
		Attributes:          attributes,
	}
}

func (d *instanceDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *instanceDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("account")),
	}
}

func (d *instanceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config instanceFactsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client := d.session.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	instance, err := findInstance(ctx, client, config)
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Reading tropic_instance", err, instanceAttributeNames)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, factsOf(*instance))...)
}

func findInstance(ctx context.Context, client *tropic.Client, config instanceFactsModel) (*tropic.Instance, error) {
	if id := config.ID.ValueString(); id != "" {
		return client.Instances.Get(ctx, id)
	}
	account := config.Account.ValueString()
	if account == "" {
		account = tropic.DefaultAccount
	}
	return client.Instances.GetByName(ctx, account, config.Name.ValueString())
}

func factsOf(i tropic.Instance) instanceFactsModel {
	return instanceFactsModel{
		ID:               types.StringValue(i.ID),
		ARN:              textOrNull(i.ARN),
		Name:             types.StringValue(i.Name),
		Account:          types.StringValue(i.Account),
		InstanceType:     types.StringValue(i.Type),
		AMI:              types.StringValue(i.ImageID),
		Model:            textOrNull(i.Model),
		APIKey:           textOrNull(string(i.APIKey)),
		SSHKey:           textOrNull(i.SSHKey),
		State:            types.StringValue(i.State),
		Hold:             textOrNull(i.Hold),
		PublicIP:         textOrNull(i.PublicIP),
		PrivateIP:        textOrNull(i.PrivateIP),
		AvailabilityZone: textOrNull(i.AvailabilityZone),
		SubnetID:         textOrNull(i.SubnetID),
		SecurityGroupID:  textOrNull(i.SecurityGroupID),
		Tags:             mapOrPrior(i.Tags, types.MapNull(types.StringType)),
	}
}

// instanceFacts are the attributes of instanceFactsModel, all computed.
func instanceFacts() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":                text("EC2 instance id."),
		"arn":               text("ARN of the instance."),
		"name":              text("Name of the machine."),
		"account":           text("Billing account the machine's credits are drawn from."),
		"instance_type":     text("EC2 instance type, such as `t3.micro`."),
		"ami":               text("Id of the machine image."),
		"model":             text("Model of all agents that name none, as `provider/model-id`."),
		"api_key":           text("Whose model API key pays: `tropic` or `own`."),
		"ssh_key":           text("Name of the `tropic_ssh_key` that may log in; null when none may."),
		"state":             text("EC2's state of the instance, such as `running` or `stopped`."),
		"hold":              text("Why the meter keeps it stopped: `balance`, `daily-cap` or `session-max`; null when it does not."),
		"public_ip":         text("Public IPv4 address; null while the machine is stopped."),
		"private_ip":        text("Private IPv4 address."),
		"availability_zone": text("Availability zone the machine lies in."),
		"subnet_id":         text("Id of the subnet."),
		"security_group_id": text("Id of the machine's security group."),
		"tags": schema.MapAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "Your own tags, without Tropic's and AWS's.",
		},
	}
}
