package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
)

func (s *Server) readLimits(r *http.Request) (*answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	now, err := s.config.Store.Now(r.Context())
	if err != nil {
		return nil, err
	}
	limits, err := a.LimitsAt(r.URL.Query().Get("instance"), now)
	if err != nil {
		return nil, err
	}
	return sent(http.StatusOK, client.LimitsOf(limits))
}

// setLimits adds a fact about limits. It takes effect after those that were there before, even within a millisecond.
func (s *Server) setLimits(r *http.Request) (*answer, error) {
	f, err := limitFact(r)
	if err != nil {
		return nil, err
	}
	a, err := report.Account(r.Context(), s.config.Store, s.config.Book, f.Account)
	if err != nil {
		return nil, err
	}
	now, err := s.config.Store.Now(r.Context())
	if err != nil {
		return nil, err
	}
	f.Effective = a.LimitsFrom(f.Instance, now)
	known := slices.ContainsFunc(a.Facts(), func(earlier meter.Fact) bool { return earlier.Key == f.Key })
	ofAccount, err := a.LimitsAt("", f.Effective)
	if err != nil {
		return nil, err
	}
	if f.Instance != "" && !known && f.Limits.Zone != "" && !sameZone(f.Limits.Zone, ofAccount.Zone) {
		return nil, senseless("a machine's days are those of its account; leave zone out, or set the account's")
	}
	if _, err := s.addFrom(r.Context(), f); err != nil {
		return nil, err
	}
	set := f.Limits
	if f.Instance != "" {
		set.Zone = ofAccount.Zone
	}
	return sent(http.StatusOK, client.LimitsOf(set))
}

// limitFact is the fact that a request sets limits by.
func limitFact(r *http.Request) (meter.Fact, error) {
	f := meter.Fact{
		Kind: meter.Limit, Account: r.PathValue("account"), Instance: r.URL.Query().Get("instance"), Key: factKey(r), Evidence: "api",
	}
	want, err := decode[client.Limits](bodyOf(r))
	if err != nil {
		return f, err
	}
	if f.Limits, err = want.Meter(); err != nil {
		return f, senseless(err.Error())
	}
	if _, err := time.LoadLocation(f.Limits.Zone); err != nil || f.Limits.Zone == "Local" {
		return f, senseless("zone is none that is known; want an IANA name such as Europe/Berlin")
	}
	return f, nil
}

// sameZone compares zones, of which none is UTC.
func sameZone(a, b string) bool {
	return a == b || a == "" && b == "UTC" || a == "UTC" && b == ""
}
