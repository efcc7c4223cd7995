package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// session is what Configure hands to resources, data sources and ephemeral resources.
type session struct {
	client     *tropic.Client // nil while deferred
	deferred   path.Path      // the provider attribute whose value is not known yet
	proxyCIDRs []string       // nil when the provider block sets none
	census     *agentCensus

	meterAccess meterAccess
	forecasts   forecasts
	starts      startCensus
}

// api returns the client. When the provider block is not fully known yet there is none, and the diagnostic says which
// attribute is missing: only what needs a call fails, so a plan that creates what the provider needs still works.
func (s *session) api(diags *diag.Diagnostics) *tropic.Client {
	if s == nil || s.client == nil {
		where := "a provider attribute"
		if s != nil {
			where = "`" + s.deferred.String() + "`"
		}
		diags.AddError("Tropic provider is not configured yet",
			"The value of "+where+" in the provider block is known only after apply, and this step has to call AWS now.\n\n"+
				"Next: give the provider block a value known at plan time, or apply what it depends on first with -target.")
		return nil
	}
	return s.client
}

// ready reports whether calls can be made.
func (s *session) ready() bool { return s != nil && s.client != nil }

// sessionFrom takes the session out of what the framework passes to Configure, which is nil before the provider is
// configured (validation).
func sessionFrom(data any, diags *diag.Diagnostics) *session {
	if data == nil {
		return nil
	}
	s, ok := data.(*session)
	if !ok {
		diags.AddError("Unexpected provider data", "This is a fault of the Tropic provider; please report it.")
		return nil
	}
	return s
}
