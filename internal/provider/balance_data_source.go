package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

var (
	_ datasource.DataSourceWithConfigure        = (*balanceDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*balanceDataSource)(nil)
)

func newBalanceDataSource() datasource.DataSource { return &balanceDataSource{} }

type balanceDataSource struct{ session *session }

type balanceModel struct {
	Account              types.String         `tfsdk:"account"`
	At                   types.String         `tfsdk:"at"`
	WithMachine          *plannedMachineModel `tfsdk:"with_machine"`
	Credits              types.Number         `tfsdk:"credits"`
	Quanta               types.Int64          `tfsdk:"quanta"`
	CreditsPerHour       types.Number         `tfsdk:"credits_per_hour"`
	HoursLeft            types.Number         `tfsdk:"hours_left"`
	Exhausted            types.String         `tfsdk:"exhausted"`
	HoursLeftWithMachine types.Number         `tfsdk:"hours_left_with_machine"`
	Grants               []grantLeftModel     `tfsdk:"grants"`
}

type plannedMachineModel struct {
	InstanceType types.String `tfsdk:"instance_type"`
	Model        types.String `tfsdk:"model"`
}

type grantLeftModel struct {
	Key     string       `tfsdk:"key"`
	Credits types.Number `tfsdk:"credits"`
	Quanta  int64        `tfsdk:"quanta"`
	Expires types.String `tfsdk:"expires"`
}

func (d *balanceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_balance"
}

func (d *balanceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What an account has, what it spends and how long that lasts, by the code that bills. Needs `meter` in the provider " +
			"block. It is asked anew in every plan, so while a machine runs an output of it changes with every plan.",
		Attributes: map[string]schema.Attribute{
			"account": accountArgument,
			"at":      instantArgument("at", "Instant to look at; one to come is as if nothing else happened until then. Default: now, by the meter's database"),
			"with_machine": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "A machine that does not run yet, to see in `hours_left_with_machine` how long credits would last with it. Not with `at`.",
				Attributes: map[string]schema.Attribute{
					"instance_type": schema.StringAttribute{Required: true, MarkdownDescription: "EC2 instance type, such as `t3.micro`."},
					"model": schema.StringAttribute{
						Optional: true,
						MarkdownDescription: "Model reference, such as `anthropic/claude-sonnet-4-6`. Default: none, as with your own API key, where " +
							"only compute is charged.",
					},
				},
			},
			"credits": schema.NumberAttribute{
				Computed: true, MarkdownDescription: "Credits that are left, cut to three places; less than 0 when there is a debt.",
			},
			"quanta": schema.Int64Attribute{Computed: true, MarkdownDescription: quantaDescription},
			"credits_per_hour": schema.NumberAttribute{
				Computed: true, MarkdownDescription: "Credits an hour that all running machines of the account cost together.",
			},
			"hours_left": schema.NumberAttribute{
				Computed: true,
				MarkdownDescription: "Hours until nothing is left, cut to three places, if machines go on as they are: 0 when nothing is left while " +
					"one runs, null when credits do not end, as when none runs.",
			},
			"exhausted": schema.StringAttribute{
				Computed: true, MarkdownDescription: "Instant at which nothing is left, as RFC 3339 text in UTC; null as `hours_left`.",
			},
			"hours_left_with_machine": schema.NumberAttribute{
				Computed:            true,
				MarkdownDescription: "The same as `hours_left` if `with_machine` ran from now on beside what runs; null without it.",
			},
			"grants": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Grants that are not spent, in the order in which they will be.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"key":     schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the grant in the ledger."},
					"credits": schema.NumberAttribute{Computed: true, MarkdownDescription: "Credits that are left of it, cut to three places."},
					"quanta":  schema.Int64Attribute{Computed: true, MarkdownDescription: quantaDescription},
					"expires": schema.StringAttribute{
						Computed: true, MarkdownDescription: "Instant from which it cannot be spent, as RFC 3339 text in UTC; null for none.",
					},
				}},
			},
		},
	}
}

func (d *balanceDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *balanceDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.Conflicting(path.MatchRoot("at"), path.MatchRoot("with_machine"))}
}

func (d *balanceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model balanceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	api := d.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := `Reading tropic_balance of account "` + model.Account.ValueString() + `"`
	at, err := meterInstant("at", model.At)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("at"), summary, detail(err))
		return
	}
	balance, err := api.Balance(ctx, model.Account.ValueString(), at)
	if err == nil {
		model.setBalance(balance)
		err = model.forecast(ctx, api)
	}
	if err != nil {
		resp.Diagnostics.AddError(summary, meterDetail(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (m *balanceModel) setBalance(b *client.Balance) {
	m.At = instantOr(m.At, b.At)
	m.Credits, m.Quanta = decimalNumber(b.Credits), types.Int64Value(int64(b.Quanta))
	m.CreditsPerHour = rateNumber(b.Rate)
	m.HoursLeft, m.Exhausted = hoursUntil(b.At, b.Exhausted), instantOrNull(b.Exhausted)
	m.Grants = make([]grantLeftModel, len(b.Grants))
	for i, g := range b.Grants {
		m.Grants[i] = grantLeftModel{
			Key: g.Key, Credits: decimalNumber(g.Credits), Quanta: int64(g.Quanta), Expires: instantOrNull(g.Expires),
		}
	}
}

// forecast asks about the machine that does not run yet.
func (m *balanceModel) forecast(ctx context.Context, api *client.Client) error {
	m.HoursLeftWithMachine = types.NumberNull()
	if m.WithMachine == nil {
		return nil
	}
	f, err := api.Forecast(ctx, m.Account.ValueString(), &client.MachinePlan{
		InstanceType: m.WithMachine.InstanceType.ValueString(), Model: m.WithMachine.Model.ValueString(),
	})
	if err == nil && f.Planned != nil && f.Planned.Seconds != nil {
		m.HoursLeftWithMachine = hours(*f.Planned.Seconds * time.Second.Milliseconds())
	}
	return err
}
