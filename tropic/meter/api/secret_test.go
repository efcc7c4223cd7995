package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// Secrets that are put where they do not belong are neither answered nor logged; begin looks at all that was said.
func TestSecretsInWrongPlaces(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	s.give("a", "1")
	_, token := s.token("a")
	for _, secret := range []string{token, adminToken, stripeSecret} {
		escaped, quoted := url.QueryEscape(secret), `"`+secret+`"`
		for _, c := range [][3]string{
			{"GET", "/" + escaped},
			{"GET", "/v1/accounts/a/balance?at=" + escaped},
			{"GET", "/v1/accounts/a/balance?" + escaped + "=1"},
			{"GET", "/v1/accounts?limit=" + escaped},
			{"POST", "/v1/accounts/a/grants", quoted},
			{"POST", "/v1/accounts/a/grants", `{"credits":` + quoted + `}`},
			{"POST", "/v1/accounts/a/grants", `{` + quoted + `:1}`},
			{"POST", "/v1/accounts/a/grants", `{"credits":"1","expires":` + quoted + `}`},
			{"POST", "/v1/accounts/a/grants", secret},
			{"POST", "/v1/accounts/a/grants", `{"credits":"1","reason":` + quoted + `}`},
			{"PUT", "/v1/accounts/a/limits", `{"zone":` + quoted + `}`},
			{"PUT", "/v1/accounts/a/limits", `{"daily_cap_credits":` + quoted + `}`},
			{"PUT", "/v1/accounts/a/limits", `{"daily_cap_quanta":` + quoted + `}`},
			{"POST", "/v1/webhooks/stripe", secret},
		} {
			s.call(c[0], c[1], c[2], "Authorization", "Bearer "+token, "Stripe-Signature", "t="+secret+",v1="+secret)
			s.call(c[0], c[1], c[2], "Content-Type", secret, "X-Request-Id", secret)
			s.call(c[0], c[1], c[2], "Accept", secret, "User-Agent", secret)
		}
		s.call(strings.ToUpper(strings.ReplaceAll(secret, "_", "-")), "/healthz", "")
	}
	e := checkoutOf("cs", "a")
	e.Data.Object["metadata"] = map[string]string{"account": "a", "package": token}
	s.deliver(e, stripeSecret, time.Now())
	if log := s.log(); !strings.Contains(log, `"route":"/v1/accounts/{account}/grants"`) || !strings.Contains(log, `"route":"none"`) {
		t.Error("requests are not logged by route:", log)
	}
}

// Metrics have one series for all that is unknown, whatever is sent.
func TestMetricsStayFew(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	for _, path := range []string{"/a", "/b", "/v1/accounts/x/balance", "/v1/accounts/y/balance"} {
		for _, method := range []string{"GET", "BREW", "STEEP"} {
			s.call(method, path, "")
		}
	}
	_, text, _ := s.call("GET", "/metrics", "")
	series := map[string]bool{}
	for line := range strings.Lines(text) {
		if name, _, _ := strings.Cut(line, " "); strings.HasPrefix(name, "tropic_meter_api_requests_total{") {
			series[name] = true
		}
	}
	if len(series) != 3 || !series[`tropic_meter_api_requests_total{method="other",route="none",status="404"}`] {
		t.Error(series)
	}
}
