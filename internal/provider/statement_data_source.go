package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

var _ datasource.DataSourceWithConfigure = (*statementDataSource)(nil)

func newStatementDataSource() datasource.DataSource { return &statementDataSource{} }

type statementDataSource struct{ session *session }

type statementModel struct {
	Account types.String          `tfsdk:"account"`
	From    types.String          `tfsdk:"from"`
	To      types.String          `tfsdk:"to"`
	Opening *moneyModel           `tfsdk:"opening"`
	Closing *moneyModel           `tfsdk:"closing"`
	Totals  *statementTotalsModel `tfsdk:"totals"`
	Lines   []statementLineModel  `tfsdk:"lines"`
}

type statementTotalsModel struct {
	Granted  moneyModel `tfsdk:"granted"`
	Charged  moneyModel `tfsdk:"charged"`
	Adjusted moneyModel `tfsdk:"adjusted"`
	Expired  moneyModel `tfsdk:"expired"`
}

type statementLineModel struct {
	At             string       `tfsdk:"at"`
	Until          types.String `tfsdk:"until"`
	Entry          string       `tfsdk:"entry"`
	InstanceID     types.String `tfsdk:"instance_id"`
	CreditsPerHour types.Number `tfsdk:"credits_per_hour"`
	Key            types.String `tfsdk:"key"`
	Reason         types.String `tfsdk:"reason"`
	Credits        types.Number `tfsdk:"credits"`
	Quanta         int64        `tfsdk:"quanta"`
}

func (d *statementDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_statement"
}

func (d *statementDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What became of an account's credits in a stretch of time: `opening` plus the lines is `closing`, to the last " +
			"quantum. Needs `meter` in the provider block.",
		Attributes: map[string]schema.Attribute{
			"account": accountArgument,
			"from":    instantArgument("from", "Instant from which on; default: the first thing that the meter knows of the account"),
			"to":      instantArgument("to", "Instant before which; default: now, by the meter's database"),
			"opening": money("What there was at `from`; less than 0 when there was a debt."),
			"closing": money("What there was at `to`."),
			"totals": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Sums of the lines by their kind.",
				Attributes: map[string]schema.Attribute{
					"granted":  money("What was given by grants."),
					"charged":  money("What running machines cost."),
					"adjusted": money("What people corrected; less than 0 when it took credits away."),
					"expired":  money("What was unspent of grants when they expired."),
				},
			},
			"lines": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "What changed the balance, by instant.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"at":               text("When, as RFC 3339 text in UTC; of a charge, its beginning."),
					"until":            text("End of what a charge is for; null for others."),
					"entry":            text("`grant`, `charge`, `adjustment` or `expiry`."),
					"instance_id":      text("Machine that a charge is for; null for others."),
					"credits_per_hour": schema.NumberAttribute{Computed: true, MarkdownDescription: "Rate of a charge; null for others."},
					"key":              text("Key of the grant or adjustment in the ledger; null for a charge."),
					"reason":           text("What people wrote to it; null for nothing."),
					"credits": schema.NumberAttribute{
						Computed: true, MarkdownDescription: "Credits, cut to three places; less than 0 when they were taken away.",
					},
					"quanta": schema.Int64Attribute{Computed: true, MarkdownDescription: quantaDescription},
				}},
			},
		},
	}
}

func (d *statementDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.session = sessionFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *statementDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model statementModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	api := d.session.meter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := `Reading tropic_statement of account "` + model.Account.ValueString() + `"`
	var bounds [2]client.Instant
	for i, bound := range []struct {
		name  string
		value types.String
	}{{"from", model.From}, {"to", model.To}} {
		var err error
		if bounds[i], err = meterInstant(bound.name, bound.value); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(bound.name), summary, detail(err))
			return
		}
	}
	statement, err := api.Statement(ctx, model.Account.ValueString(), bounds[0], bounds[1])
	if err != nil {
		resp.Diagnostics.AddError(summary, meterDetail(err))
		return
	}
	model.setStatement(statement)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (m *statementModel) setStatement(s *client.Statement) {
	opening, closing := moneyOf(s.Opening), moneyOf(s.Closing)
	m.From, m.To, m.Opening, m.Closing = instantOr(m.From, s.From), instantOr(m.To, s.To), &opening, &closing
	m.Totals = &statementTotalsModel{
		Granted: moneyOf(s.Granted), Charged: moneyOf(s.Charged), Adjusted: moneyOf(s.Adjusted), Expired: moneyOf(s.Expired),
	}
	m.Lines = make([]statementLineModel, len(s.Lines))
	for i, l := range s.Lines {
		m.Lines[i] = statementLineModel{
			At: l.At.String(), Until: instantOrNull(l.Until), Entry: string(l.Entry), InstanceID: textOrNull(l.Instance),
			CreditsPerHour: types.NumberNull(), Key: textOrNull(l.Key), Reason: textOrNull(l.Reason),
			Credits: decimalNumber(l.Credits), Quanta: int64(l.Quanta),
		}
		if l.Until != nil {
			m.Lines[i].CreditsPerHour = rateNumber(l.Rate)
		}
	}
}
