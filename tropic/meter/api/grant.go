package api

import (
	"errors"
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func (s *Server) grant(r *http.Request) (*answer, error) {
	want, err := decode[client.GrantRequest](bodyOf(r))
	if err != nil {
		return nil, err
	}
	f := meter.Fact{Kind: meter.Grant, Priority: want.Priority, CostCents: want.CostCents, Reason: want.Reason}
	if want.Expires != nil {
		if f.Expires = meter.Instant(*want.Expires); f.Expires <= 0 {
			return nil, senseless("the grant expires before it is given")
		}
	}
	return s.receipt(r, f, want.Credits)
}

func (s *Server) adjust(r *http.Request) (*answer, error) {
	want, err := decode[client.AdjustmentRequest](bodyOf(r))
	if err != nil {
		return nil, err
	}
	return s.receipt(r, meter.Fact{Kind: meter.Adjust, Reason: want.Reason}, want.Credits)
}

// receipt adds a fact about credits and says what became of it.
func (s *Server) receipt(r *http.Request, f meter.Fact, credits string) (*answer, error) {
	amount, err := pricebook.ParseAmount(credits)
	switch {
	case errors.Is(err, pricebook.ErrFraction):
		return nil, senseless("credits are finer than a quantum, of which 3,600,000,000 are a credit; give fewer places")
	case err != nil:
		return nil, senseless("credits are more than an amount can hold")
	}
	f.Account, f.Key, f.Amount, f.Evidence = r.PathValue("account"), factKey(r), amount, "api"
	added, err := s.add(r.Context(), f)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if added {
		status = http.StatusCreated
	}
	return sent(status, client.Receipt{Account: f.Account, Key: f.Key, Money: client.MoneyOf(amount), Given: added})
}
