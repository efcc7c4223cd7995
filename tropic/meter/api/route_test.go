package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Every operation that openapi.yaml describes succeeds, and is answered as described.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	s := begin(t)
	ctx := t.Context()
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/openapi.yaml"} {
		if status, body, _ := s.call("GET", path, ""); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	expires := client.At(time.Now().Add(24 * time.Hour))
	grant, err := s.admin.Grant(ctx, "alice", "order-1", client.GrantRequest{Credits: "1000.5", Priority: 3, Expires: &expires, CostCents: 2500, Reason: "a package"})
	if err != nil || !grant.Given || grant.Key != "api:order-1" || grant.Quanta != 1000*pricebook.Credit+pricebook.Credit/2 {
		t.Fatal(grant, err)
	}
	if a, err := s.admin.Adjust(ctx, "alice", "fix-1", client.AdjustmentRequest{Credits: "-0.5", Reason: "counted twice"}); err != nil || a.Credits != "-0.5" {
		t.Fatal(a, err)
	}
	s.run("alice", "i-1", "t3.micro", time.Hour)
	id, token := s.token("alice")
	alice := s.as(token)

	b, err := alice.Balance(ctx, "alice", 0)
	if err != nil || !strings.HasPrefix(b.Credits, "994.99") || b.Rate != 5000 || b.Exhausted == nil || len(b.Grants) != 1 || *b.Grants[0].Expires != expires {
		t.Error(b, err)
	}
	f, err := alice.Forecast(ctx, "alice", &client.MachinePlan{InstanceType: "t3.small", Model: "anthropic/claude-haiku-4-5"})
	if err != nil || len(f.Machines) != 1 || f.Machines[0].Deadline == nil || f.Planned == nil || f.Planned.Rate != 35_000 || *f.Planned.Seconds <= 0 {
		t.Error(f, err)
	}
	statement, err := alice.Statement(ctx, "alice", 0, 0)
	if err != nil || len(statement.Lines) != 3 || statement.Granted.Credits != "1000.5" || statement.Adjusted.Credits != "-0.5" {
		t.Error(statement, err)
	}
	total := statement.Opening.Quanta
	for i := range statement.Lines {
		total += statement.Lines[i].Quanta
	}
	if total != statement.Closing.Quanta {
		t.Errorf("lines add up to %d, not %d", total, statement.Closing.Quanta)
	}
	for kind, want := range map[string]string{client.CSV: "at,until,entry,", client.Text: "AT ", client.JSON: `{"account":"alice"`} {
		if text, err := alice.StatementAs(ctx, "alice", statement.From, statement.To, kind); err != nil || !strings.HasPrefix(string(text), want) {
			t.Error(kind, string(text), err)
		}
	}
	limit := "100"
	if set, err := alice.SetLimits(ctx, "alice", "", "", client.Limits{DailyCapCredits: &limit, Zone: "Europe/Berlin"}); err != nil || *set.DailyCapQuanta != 100*pricebook.Credit {
		t.Error(set, err)
	}
	if l, err := alice.Limits(ctx, "alice", ""); err != nil || *l.DailyCapCredits != "100" || l.MaxSessionSeconds != nil || l.Zone != "Europe/Berlin" {
		t.Error(l, err)
	}
	if page, err := s.admin.Accounts(ctx, "", 0); err != nil || len(page.Accounts) != 1 || page.Next != "" {
		t.Error(page, err)
	}
	if list, err := s.admin.Tokens(ctx, "alice"); err != nil || len(list.Tokens) != 1 || list.Tokens[0].ID != id || list.Tokens[0].Revoked != nil {
		t.Error(list, err)
	}
	if err := s.admin.RevokeToken(ctx, "alice", id); err != nil {
		t.Error(err)
	}
	s.pay(checkoutOf("cs_1", "alice"))
	for path, item := range s.wire.document.Paths.Map() {
		for method := range item.Operations() {
			if !s.wire.good[method+" "+path] {
				t.Errorf("%s %s was not called with success", method, path)
			}
		}
	}
	if n := s.wakes("alice"); n != 4 {
		t.Errorf("the controller was woken %d times, for 4 facts that the API added", n)
	}
}

// Accounts come in pages, each once.
func TestAccountPages(t *testing.T) {
	t.Parallel()
	s := begin(t)
	for _, name := range []string{"b", "a", "c c%?", "ü"} {
		s.give(name, "1")
	}
	var got []string
	for after, more := "", true; more; {
		page, err := s.admin.Accounts(t.Context(), after, 3)
		if err != nil || len(page.Accounts) > 3 {
			t.Fatal(page, err)
		}
		got = append(got, page.Accounts...)
		after, more = page.Next, page.Next != ""
	}
	if strings.Join(got, "|") != "a|b|c c%?|ü" {
		t.Error(got)
	}
	for _, name := range got {
		if b, err := s.admin.Balance(t.Context(), name, 0); err != nil || b.Account != name {
			t.Error(b, err)
		}
	}
}

// What is asked about later is foreseen by the facts of now, and about earlier by those that held then.
func TestBalanceAtOtherTimes(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.give("a", "10")
	s.run("a", "i-1", "t3.micro", 0)
	now, err := s.store.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[meter.Instant]string{now.Add(-time.Hour): "0", now.Add(2 * time.Hour): "", now.Add(3 * time.Hour): "-"} {
		b, err := s.admin.Balance(t.Context(), "a", client.Instant(at))
		if err != nil || !strings.HasPrefix(b.Credits, want) || b.At != client.Instant(at) {
			t.Errorf("at %s: %+v, %v", at, b, err)
		}
	}
	f, err := s.admin.Forecast(t.Context(), "a", nil)
	if err != nil || f.Planned != nil || f.Exhausted == nil || *f.Exhausted != f.Machines[0].Deadline.At {
		t.Error(f, err)
	}
}

// A grace is read back as it was set, and one setting without it takes it away.
func TestGraceOnLossOfTheControlPlane(t *testing.T) {
	t.Parallel()
	s := begin(t)
	hour := int64(3600)
	for _, seconds := range []*int64{&hour, nil} {
		set, err := s.admin.SetLimits(t.Context(), "a", "", "", client.Limits{GraceSeconds: seconds})
		if err != nil {
			t.Fatal(err)
		}
		read, err := s.admin.Limits(t.Context(), "a", "")
		if diff := cmp.Diff(set, read); err != nil || diff != "" || (read.GraceSeconds == nil) != (seconds == nil) {
			t.Errorf("set and read differ (-set +read): %s, %v", diff, err)
		}
		if seconds != nil && *read.GraceSeconds != *seconds {
			t.Errorf("the grace is %d s, want %d", *read.GraceSeconds, *seconds)
		}
	}
}

// A machine's limits are read as they were set, and of two settings the later one holds, however close they are.
func TestLimitsOfMachines(t *testing.T) {
	t.Parallel()
	s := begin(t)
	hour, day := int64(3600), int64(86400)
	for _, seconds := range []*int64{&hour, &day, nil, &hour} {
		if _, err := s.admin.SetLimits(t.Context(), "a", "i-1", "", client.Limits{MaxSessionSeconds: seconds}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.admin.SetLimits(t.Context(), "a", "", "", client.Limits{MaxSessionSeconds: &day, Zone: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	if l, err := s.admin.Limits(t.Context(), "a", "i-1"); err != nil || *l.MaxSessionSeconds != hour || l.DailyCapQuanta != nil || l.Zone != "Asia/Tokyo" {
		t.Error(l, err)
	}
	if l, err := s.admin.Limits(t.Context(), "a", "i-2"); err != nil || l.MaxSessionSeconds != nil {
		t.Error(l, err)
	}
	if _, err := s.admin.SetLimits(t.Context(), "a", "i-1", "", client.Limits{Zone: "Europe/Berlin"}); code(err) != client.Invalid {
		t.Error("a machine got a zone of its own:", err)
	}
}
