package provider

import (
	"context"
	"errors"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// Environment variables that say how the meter is reached, when the provider block does not.
const (
	envMeterURL   = "TROPIC_METER_URL"
	envMeterToken = "TROPIC_METER_TOKEN"
)

// meterAccess is a client of the meter, or why there is none.
type meterAccess struct {
	client   *client.Client
	deferred path.Path // the provider attribute whose value is not known yet; empty when all are
	missing  []string  // what is set neither in the provider block nor in the environment
	fault    error     // why the settings are no way to reach a meter
}

// meterModel is the attribute `meter` of the provider block.
type meterModel struct {
	URL   types.String `tfsdk:"url"`
	Token types.String `tfsdk:"token"`
}

var meterAttribute = schema.SingleNestedAttribute{
	Optional: true,
	MarkdownDescription: "The meter (`tropic meter serve`), which knows what accounts have and spend. `tropic_spending_limits`, " +
		"`tropic_balance` and `tropic_statement` need it; with it the plan of a `tropic_instance` says how long credits last. Default: none.",
	Attributes: map[string]schema.Attribute{
		"url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address of the meter, such as `https://meter.example.com`; `http://` only for the machine that Terraform runs " +
				"on. Default: `" + envMeterURL + "`.",
		},
		"token": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Token of an account, or the admin token. Default: `" + envMeterToken + "`, which is the better place: what is " +
				"in the provider block is in saved plans.",
		},
	},
}

// newMeterAccess reads the settings. A fault in what the provider block says is reported at once; one in the environment,
// which may be meant for something else, when the meter is needed.
func newMeterAccess(ctx context.Context, config types.Object, agent string, diags *diag.Diagnostics) meterAccess {
	var m meterModel
	if config.IsUnknown() {
		return meterAccess{deferred: path.Root("meter")}
	}
	if !config.IsNull() {
		diags.Append(config.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	}
	for name, v := range map[string]types.String{"url": m.URL, "token": m.Token} {
		if v.IsUnknown() {
			return meterAccess{deferred: path.Root("meter").AtName(name)}
		}
	}
	url, token := textOrEnv(m.URL, envMeterURL), textOrEnv(m.Token, envMeterToken)
	var a meterAccess
	if url == "" {
		a.missing = append(a.missing, "`meter.url` in the provider block, or "+envMeterURL)
	}
	if token == "" {
		a.missing = append(a.missing, "`meter.token` in the provider block, or "+envMeterToken)
	}
	if len(a.missing) > 0 {
		return a
	}
	a.client, a.fault = client.New(url, token, client.WithUserAgent(agent))
	if a.fault != nil && !config.IsNull() {
		diags.AddAttributeError(faultyMeterSetting(a.fault), "Configuring the meter", detail(a.fault))
	}
	return a
}

// faultyMeterSetting is the attribute that a refusal of client.New is about.
func faultyMeterSetting(err error) path.Path {
	if errors.Is(err, client.ErrAddress) {
		return path.Root("meter").AtName("url")
	}
	return path.Root("meter").AtName("token")
}

func textOrEnv(v types.String, variable string) string {
	if s := v.ValueString(); s != "" {
		return s
	}
	return os.Getenv(variable)
}

// wanted reports whether somebody meant to have a meter: one is there, or half of what it takes is set. It is false while
// the settings are not known yet.
func (a meterAccess) wanted() bool { return a.client != nil || a.fault != nil || len(a.missing) == 1 }
