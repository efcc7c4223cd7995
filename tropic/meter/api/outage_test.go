package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// When the store is gone the process lives, is not ready, and answers every call that it cannot; what was written is there
// when the store is back, and what was refused is not.
func TestStoreDown(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	s.give("a", "10")
	_, token := s.token("a")
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := s.call("GET", "/healthz", ""); status != 200 {
		t.Error("it does not live:", status)
	}
	for _, call := range append(calls("a")[:11], [3]string{"GET", "/readyz", ""}) {
		if status, answer, _ := s.call(call[0], call[1], call[2]); status != 503 || !strings.Contains(answer, "unavailable") {
			t.Errorf("%s %s: %d %s", call[0], call[1], status, answer)
		}
	}
	if status, answer, _ := s.call("GET", "/v1/accounts/a/balance", "", "Authorization", "Bearer "+token); status != 503 {
		t.Error("who calls is not known while the store is down:", status, answer)
	}
	if status, answer := s.deliver(checkoutOf("cs", "a"), stripeSecret, time.Now()); status != 503 {
		t.Error("Stripe must deliver the event again:", status, answer)
	}
	if facts, err := s.open().Facts(t.Context(), "a"); err != nil || len(facts) != 1 || facts[0].Amount != 10*pricebook.Credit {
		t.Error(facts, err)
	}
}

// losing is a store that breaks after a write, before it is known whether it was done.
type losing struct {
	api.Store
	broken bool
}

func (l *losing) Append(ctx context.Context, facts ...meter.Fact) (int, error) {
	n, err := l.Store.Append(ctx, facts...)
	if err == nil && l.broken {
		return 0, context.DeadlineExceeded
	}
	return n, err
}

// A write whose answer was lost is repeated with its key, and was done once.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	l := &losing{broken: true}
	s := begin(t, func(c *api.Config) { l.Store = c.Store; c.Store = l })
	want := client.GrantRequest{Credits: "10"}
	if _, err := s.admin.Grant(t.Context(), "a", "k", want); code(err) != client.Unavailable {
		t.Fatal(err)
	}
	l.broken = false
	if r, err := s.admin.Grant(t.Context(), "a", "k", want); err != nil || r.Given {
		t.Error(r, err)
	}
	s.has("a", 10)
}

// broken is a store that panics, with what it was given.
type broken struct{ api.Store }

func (broken) Facts(_ context.Context, account string) ([]meter.Fact, error) {
	if account == "runtime" {
		var none []meter.Fact
		_ = none[len(account)]
	}
	panic("secret of " + account)
}

// A panic is one request's failure. Its value is not told, the place is logged.
func TestPanics(t *testing.T) {
	t.Parallel()
	s := begin(t, func(c *api.Config) { c.Store = broken{c.Store} })
	s.secrets = append(s.secrets, "secret of a")
	for _, account := range []string{"a", "runtime"} {
		status, answer, _ := s.call("GET", "/v1/accounts/"+account+"/balance", "", "X-Request-Id", "it-was-me")
		if status != 500 || !strings.Contains(answer, `"code":"internal"`) || strings.Contains(answer, "index") {
			t.Error(status, answer)
		}
	}
	if log := s.log(); !strings.Contains(log, "it-was-me") || !strings.Contains(log, "outage_test.go") || !strings.Contains(log, "index out of range") {
		t.Error(log)
	}
	if status, _, _ := s.call("GET", "/healthz", ""); status != 200 {
		t.Error(status)
	}
}

// A row that was changed by force is the server's failure, and not taken for a bad request.
func TestDamage(t *testing.T) {
	t.Parallel()
	bad := meter.Fact{Key: "k", Kind: meter.Start, Account: "a", Instance: "i", Effective: 1, InstanceType: "m5.metal"}
	s := begin(t, func(c *api.Config) { c.Store = holding{c.Store, bad} })
	for _, call := range calls("a")[:5] {
		if status, answer, _ := s.call(call[0], call[1], call[2]); status != 500 || strings.Contains(answer, "m5.metal") {
			t.Errorf("%s: %d %s", call[1], status, answer)
		}
	}
	if !strings.Contains(s.log(), "m5.metal") {
		t.Error("the log does not say why")
	}
}

// holding is a store that holds a fact that cannot be.
type holding struct {
	api.Store
	fact meter.Fact
}

func (h holding) Facts(context.Context, string) ([]meter.Fact, error) {
	return []meter.Fact{h.fact}, nil
}
