package api_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// The same grant, sent 50 times at once, is given once, and each answer says the same about it.
func TestGrantsAtOnce(t *testing.T) {
	t.Parallel()
	s := begin(t)
	const calls = 50
	var group sync.WaitGroup
	var receipts [calls]*client.Receipt
	for i := range calls {
		group.Go(func() {
			r, err := s.admin.Grant(t.Context(), "alice", "order-1", client.GrantRequest{Credits: "1000", CostCents: 2500})
			if err != nil {
				t.Error(err)
				return
			}
			receipts[i] = r
		})
	}
	group.Wait()
	given := 0
	for _, r := range receipts {
		if r == nil || r.Quanta != 1000*pricebook.Credit || r.Key != "api:order-1" {
			t.Fatal(r)
		}
		if r.Given {
			given++
		}
	}
	if given != 1 {
		t.Errorf("given %d times", given)
	}
	s.has("alice", 1000)
	if s.wakes("alice") != 1 {
		t.Error("the controller was woken", s.wakes("alice"), "times")
	}
}

// A write that is repeated is answered as before, also when its time has passed; with another body it is a conflict, and
// nothing changes.
func TestRepeats(t *testing.T) {
	t.Parallel()
	s := begin(t)
	ctx := t.Context()
	soon := client.At(time.Now().Add(time.Hour))
	grants := []client.GrantRequest{
		{Credits: "10", Expires: &soon},
		{Credits: "11", Expires: &soon},
		{Credits: "10"},
		{Credits: "10", Expires: &soon, Priority: 1},
		{Credits: "10", Expires: &soon, CostCents: 1},
	}
	if r, err := s.admin.Grant(ctx, "a", "k", grants[0]); err != nil || !r.Given {
		t.Fatal(r, err)
	}
	if r, err := s.admin.Grant(ctx, "a", "k", client.GrantRequest{Credits: "10.000", Expires: &soon}); err != nil || r.Given || r.Credits != "10" {
		t.Error("the same amount in other digits:", r, err)
	}
	for _, other := range grants[1:] {
		if _, err := s.admin.Grant(ctx, "a", "k", other); code(err) != client.Conflict {
			t.Errorf("%+v: %v", other, err)
		}
	}
	if _, err := s.admin.Adjust(ctx, "a", "k", client.AdjustmentRequest{Credits: "10", Reason: "r"}); code(err) != client.Conflict {
		t.Error("the key of a grant for an adjustment:", err)
	}
	if _, err := s.admin.Grant(ctx, "b", "k", grants[1]); err != nil {
		t.Error("a key of another account is another key:", err)
	}
	s.has("a", 10)
}

// Limits and tokens are repeated and refused likewise.
func TestRepeatedLimitsAndTokens(t *testing.T) {
	t.Parallel()
	s := begin(t)
	ctx := t.Context()
	one, two, hour := "1", "2", int64(3600)
	for range 2 {
		if l, err := s.admin.SetLimits(ctx, "a", "i-1", "k", client.Limits{DailyCapCredits: &one, Zone: "UTC"}); err != nil || *l.DailyCapCredits != "1" {
			t.Fatal(l, err)
		}
		if _, err := s.admin.SetLimits(ctx, "a", "", "zone", client.Limits{MaxSessionSeconds: &hour, Zone: "Asia/Tokyo"}); err != nil {
			t.Fatal("a machine's limits could not be repeated after the account's zone changed:", err)
		}
	}
	for instance, l := range map[string]client.Limits{"i-1": {DailyCapCredits: &two, Zone: "UTC"}, "i-2": {DailyCapCredits: &one}, "": {DailyCapCredits: &one}} {
		if _, err := s.admin.SetLimits(ctx, "a", instance, "k", l); code(err) != client.Conflict {
			t.Errorf("%q: %v", instance, err)
		}
	}
	if l, err := s.admin.Limits(ctx, "a", "i-1"); err != nil || *l.DailyCapCredits != "1" {
		t.Error(l, err)
	}
	first, err := s.admin.CreateToken(ctx, "a", "k", client.TokenRequest{Name: "laptop"})
	if err != nil || first.Token == "" {
		t.Fatal(first, err)
	}
	s.secrets = append(s.secrets, first.Token)
	if again, err := s.admin.CreateToken(ctx, "a", "k", client.TokenRequest{Name: "laptop"}); err != nil || again.ID != first.ID || again.Token != "" {
		t.Error(again, err)
	}
	if _, err := s.admin.CreateToken(ctx, "a", "k", client.TokenRequest{Name: "phone"}); code(err) != client.Conflict {
		t.Error(err)
	}
}

// However much is given, an account can still be counted: what would be too much is refused.
func TestAccountsStayCountable(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	const most = 10 // grants of 100 million credits
	refused := 0
	for i := range most + 2 {
		_, err := s.admin.Grant(t.Context(), "a", fmt.Sprint(i), client.GrantRequest{Credits: "100000000"})
		if code(err) == client.Invalid {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.admin.Adjust(t.Context(), "a", "less", client.AdjustmentRequest{Credits: "-1", Reason: "r"}); code(err) != client.Invalid {
		t.Error(err)
	}
	if r, err := s.admin.Grant(t.Context(), "a", "0", client.GrantRequest{Credits: "100000000"}); err != nil || r.Given {
		t.Error("a repeat needs no room:", r, err)
	}
	if refused != 2 {
		t.Errorf("%d grants were refused", refused)
	}
	s.has("a", most*meter.MaxGrant/pricebook.Credit)
}

// generous lifts the limits on how often callers may call.
func generous(c *api.Config) {
	c.Rates = api.Rates{PerToken: 1e6, TokenBurst: 1e6, PerAddress: 1e6, AddressBurst: 1e6}
}
