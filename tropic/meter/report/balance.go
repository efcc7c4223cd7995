package report

import (
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// Balance is what an account has at an instant.
func Balance(a *meter.Account, at meter.Instant) (*client.Balance, error) {
	w, err := a.Wallet(at)
	if err != nil {
		return nil, err
	}
	running, err := a.Running(at)
	if err != nil {
		return nil, err
	}
	end, err := a.Exhausted(at)
	if err != nil {
		return nil, err
	}
	b := &client.Balance{
		Account: a.Name(), At: client.Instant(at), Money: client.MoneyOf(w.Balance()),
		Grants: []client.GrantLeft{}, Exhausted: client.Maybe(end),
	}
	for i := range running {
		b.Rate += running[i].Rate
	}
	for _, p := range w.Purses() {
		b.Grants = append(b.Grants, client.GrantLeft{Key: p.Key, Money: client.MoneyOf(p.Left), Expires: client.Maybe(p.Expires)})
	}
	return b, nil
}
