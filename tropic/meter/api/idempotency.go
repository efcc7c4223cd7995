package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// factKey is the key of the fact that a request writes. Whatever an account's requests write shares one space of keys, so
// that a key which is used again for something else is found out.
func factKey(r *http.Request) string { return "api:" + r.Header.Get("Idempotency-Key") }

// add adds a fact once, as effective from now by the store's clock. One that is there with its key took effect then; the
// store decides whether it says the same.
func (s *Server) add(ctx context.Context, f meter.Fact) (added bool, err error) {
	if f.Effective, err = s.config.Store.Now(ctx); err != nil {
		return false, err
	}
	return s.addFrom(ctx, f)
}

// addFrom is add with an instant of effect.
func (s *Server) addFrom(ctx context.Context, f meter.Fact) (added bool, err error) {
	for {
		known, err := s.config.Store.Fact(ctx, f.Account, f.Key)
		if err != nil {
			return false, err
		}
		if known != nil {
			f.Effective = known.Effective
		} else if err := s.fits(ctx, &f); err != nil {
			return false, err
		}
		n, err := s.config.Store.Append(ctx, f)
		if errors.Is(err, meter.ErrConflict) && known == nil {
			continue // the same request came twice at once, and the other one was first
		}
		if err == nil && n > 0 {
			s.metrics.facts.WithLabelValues(string(f.Kind)).Add(float64(n))
			s.config.OnAppend(f.Account)
		}
		return n > 0, err
	}
}

// maxTurnover is what an account may be given, and may be taken by adjustments, in all. It is less than half of what an
// amount holds: facts that many replicas add at once cannot make an account that is more than can be counted.
const maxTurnover = 1_000_000_000 * pricebook.Credit

// fits refuses a fact by which an account could not be counted any more.
func (s *Server) fits(ctx context.Context, f *meter.Fact) error {
	if f.Kind != meter.Grant && f.Kind != meter.Adjust || magnitude(f.Amount) > meter.MaxGrant {
		return nil // the store refuses an amount beyond what one fact may have
	}
	facts, err := s.config.Store.Facts(ctx, f.Account)
	if err != nil {
		return err
	}
	room := maxTurnover - magnitude(f.Amount)
	for i := range facts {
		if facts[i].Kind != meter.Grant && facts[i].Kind != meter.Adjust {
			continue
		}
		if room -= magnitude(facts[i].Amount); room < 0 {
			return senseless(fmt.Sprintf("an account is given and taken no more than %s credits in all; use another account", maxTurnover))
		}
	}
	return nil
}

func magnitude(a pricebook.Amount) pricebook.Amount { return max(a, -a) }
