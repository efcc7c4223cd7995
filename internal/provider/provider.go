package provider

import (
	"context"
	"log/slog"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// Address is where the provider is found in the Terraform registry.
const Address = "registry.terraform.io/tropicbot/tropic"

var (
	_ provider.Provider                       = (*tropicProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*tropicProvider)(nil)
	_ provider.ProviderWithFunctions          = (*tropicProvider)(nil)
)

// New returns the constructor of the provider, as providerserver wants it.
//
// Extra options go before those of the provider block; they are for tests, which poll faster than people do.
func New(version string, extra ...tropic.Option) func() provider.Provider {
	return func() provider.Provider { return &tropicProvider{version: version, extra: extra, prices: pricesNow()} }
}

type tropicProvider struct {
	version string
	extra   []tropic.Option
	prices  prices
}

type providerModel struct {
	Region         types.String `tfsdk:"region"`
	Profile        types.String `tfsdk:"profile"`
	Endpoint       types.String `tfsdk:"endpoint"`
	ProxyCIDRs     types.Set    `tfsdk:"proxy_cidrs"`
	IPDetectionURL types.String `tfsdk:"ip_detection_url"`
	MaxRetries     types.Int64  `tfsdk:"max_retries"`
	Meter          types.Object `tfsdk:"meter"`
}

func (p *tropicProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tropic"
	resp.Version = p.version
}

func (p *tropicProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tropic gives every user an OpenClaw machine of their own on EC2, guarded by a policy gate and a host " +
			"audit. This provider makes the machines, what runs on them, and who may reach them.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "AWS region of everything this provider block manages: " + codeList(tropic.Regions) +
					". Default: `TROPIC_REGION`, then the AWS settings (`AWS_REGION`, the profile), then `" + tropic.DefaultRegion + "`.",
				Validators: []validator.String{oneOf("region", tropic.Regions...)},
			},
			"profile": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Profile of the AWS shared configuration to take credentials from. Default: the standard AWS chain " +
					"(`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, web identity, the instance's role, ...).",
			},
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL of one endpoint that serves EC2, SSM, IAM and STS, such as the embedded cloud's " +
					"(`tropic local env` prints it). Default: `TROPIC_ENDPOINT`, then AWS's own endpoints.",
			},
			"proxy_cidrs": schema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Addresses of the Tropic proxy, in CIDR notation: the only ones that may reach ports 80, 443 and 18789 " +
					"of a machine that does not set its own `proxy_cidrs`. Default: none, so those ports are closed.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(prefix("proxy_cidrs"))},
			},
			"ip_detection_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "HTTPS URL that answers with the caller's own public address as text. It is asked when a machine is " +
					"created without `ssh_cidrs`. Default: `" + tropic.DefaultIPDetectionURL + "`.",
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How often a call to AWS is tried again when it was throttled or failed on the way, with growing, " +
					"jittered pauses. Default: `" + strconv.Itoa(tropic.DefaultMaxAttempts-1) + "`.",
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"meter": meterAttribute,
		},
	}
}

// Configure builds the client. A value that is not known yet (it comes from a resource still to be made) is no error
// here: the client is then left out, and only what has to call AWS says so.
func (p *tropicProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	s := &session{census: newAgentCensus()}
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = s, s, s
	agent := "terraform-provider-tropic/" + p.version + " Terraform/" + req.TerraformVersion
	s.meterAccess = newMeterAccess(ctx, config.Meter, agent, &resp.Diagnostics)

	if where, unknown := config.firstUnknown(); unknown {
		s.deferred = where
		return
	}
	s.proxyCIDRs = stringsOf(config.ProxyCIDRs)
	client, err := tropic.New(ctx, append(slices.Clone(p.extra), config.options(agent)...)...)
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostics("Configuring the Tropic provider", err, nil)...)
		return
	}
	s.client = client
}

func (p *tropicProvider) Resources(context.Context) []func() resource.Resource {
	instance := func() resource.Resource { return &instanceResource{prices: p.prices} }
	return []func() resource.Resource{instance, newAgentResource, newPolicyResource, newSSHKeyResource, newSpendingLimitsResource}
}

func (p *tropicProvider) DataSources(context.Context) []func() datasource.DataSource {
	pricing := func() datasource.DataSource { return pricingDataSource{prices: p.prices} }
	return []func() datasource.DataSource{
		newInstanceDataSource, newInstancesDataSource, newAgentTemplatesDataSource, pricing, newBalanceDataSource, newStatementDataSource,
	}
}

func (p *tropicProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newSSHPrivateKeyEphemeral, newGatewayTokenEphemeral}
}

func (p *tropicProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newPolicyCompileFunction, newPolicyDecisionFunction,
		func() function.Function { return creditsPerHour{prices: p.prices} },
		func() function.Function { return runtimeForCredits{prices: p.prices} },
	}
}

// firstUnknown returns the first attribute whose value is not known yet.
func (m providerModel) firstUnknown() (path.Path, bool) {
	for _, a := range []struct {
		name  string
		value attr.Value
	}{
		{"region", m.Region},
		{"profile", m.Profile},
		{"endpoint", m.Endpoint},
		{"proxy_cidrs", m.ProxyCIDRs},
		{"ip_detection_url", m.IPDetectionURL},
		{"max_retries", m.MaxRetries},
	} {
		if !wholly(a.value) {
			return path.Root(a.name), true
		}
	}
	return path.Empty(), false
}

func (m providerModel) options(agent string) []tropic.Option {
	options := []tropic.Option{
		tropic.WithLogger(slog.New(terraformLog{})),
		tropic.WithUserAgent(agent),
	}
	if v := m.Region.ValueString(); v != "" {
		options = append(options, tropic.WithRegion(v))
	}
	if v := m.Profile.ValueString(); v != "" {
		options = append(options, tropic.WithProfile(v))
	}
	if v := m.Endpoint.ValueString(); v != "" {
		options = append(options, tropic.WithEndpoint(v))
	}
	if v := m.IPDetectionURL.ValueString(); v != "" {
		options = append(options, tropic.WithIPDetectionURL(v))
	}
	if !m.MaxRetries.IsNull() {
		options = append(options, tropic.WithRetry(tropic.RetryPolicy{MaxAttempts: 1 + int(m.MaxRetries.ValueInt64())}))
	}
	return options
}
