package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

var _ datasource.DataSource = pricingDataSource{}

// pricingDataSource needs no session: the price book is built in.
type pricingDataSource struct{ prices prices }

type pricingModel struct {
	At            types.String   `tfsdk:"at"`
	InstanceTypes []priceModel   `tfsdk:"instance_types"`
	Models        []priceModel   `tfsdk:"models"`
	Packages      []packageModel `tfsdk:"packages"`
}

type priceModel struct {
	Name           string       `tfsdk:"name"`
	CreditsPerHour types.Number `tfsdk:"credits_per_hour"`
	EffectiveFrom  string       `tfsdk:"effective_from"`
}

type packageModel struct {
	Credits       types.Number `tfsdk:"credits"`
	PriceUSDCents int64        `tfsdk:"price_usd_cents"`
	EffectiveFrom string       `tfsdk:"effective_from"`
}

func (pricingDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pricing"
}

func (pricingDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	from := schema.StringAttribute{Computed: true, MarkdownDescription: "Instant from which this price holds, as RFC 3339 text in UTC."}
	prices := func(what, name string) schema.Attribute {
		return schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: what,
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":             schema.StringAttribute{Computed: true, MarkdownDescription: name},
				"credits_per_hour": schema.NumberAttribute{Computed: true, MarkdownDescription: "Credits for each hour in which the machine runs."},
				"effective_from":   from,
			}},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What Tropic charges, from the price book that the meter charges by, as built into this version of the provider; " +
			"no call is made.",
		Attributes: map[string]schema.Attribute{
			"at": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Instant whose prices to list, as RFC 3339 text such as `2026-12-01T00:00:00Z`. Default: the moment at which " +
					"the step of Terraform began.",
				Validators: []validator.String{checked{want: "an instant as RFC 3339 text", check: checkInstant}},
			},
			"instance_types": prices("Compute, which is always charged.", "EC2 instance type, such as `t3.micro`."),
			"models": prices("Models with Tropic's API key, charged on top of compute.",
				"Model reference, such as `anthropic/claude-sonnet-4-6`."),
			"packages": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Packages in which credits are sold.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"credits":         schema.NumberAttribute{Computed: true, MarkdownDescription: "Credits in the package."},
					"price_usd_cents": schema.Int64Attribute{Computed: true, MarkdownDescription: "Its price, in cents of a US dollar."},
					"effective_from":  from,
				}},
			},
		},
	}
}

func (d pricingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model pricingModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	at := d.prices.at
	if !model.At.IsNull() {
		instant, err := parseInstant(model.At.ValueString())
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("at"), "Reading tropic_pricing", detail(err))
			return
		}
		at = instant
	}
	model.InstanceTypes = priceModels(d.prices.book.InstanceTypePrices(at))
	model.Models = priceModels(d.prices.book.ModelPrices(at))
	model.Packages = packageModels(pricebook.Packages(at))
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func checkInstant(s string) error {
	_, err := parseInstant(s)
	return err
}

// priceModels is never nil: a list without elements is empty, not null.
func priceModels(entries []pricebook.Entry) []priceModel {
	out := make([]priceModel, len(entries))
	for i, e := range entries {
		out[i] = priceModel{Name: e.Name, CreditsPerHour: rateNumber(e.Rate), EffectiveFrom: instantText(e.From)}
	}
	return out
}

func packageModels(packages []pricebook.Package) []packageModel {
	out := make([]packageModel, len(packages))
	for i, p := range packages {
		out[i] = packageModel{
			Credits: decimalNumber(p.Credits.String()), PriceUSDCents: p.USDCents, EffectiveFrom: instantText(p.From),
		}
	}
	return out
}

func instantText(t time.Time) string { return t.UTC().Format(time.RFC3339) }
