package meter_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// A machine that is stopped may run again when something is left, and no cap of the day is reached.
func TestAllows(t *testing.T) {
	t.Parallel()
	at := func(text string) meter.Instant { return instant(t, text) }
	grant := func(credits pricebook.Amount) meter.Fact {
		return meter.Fact{Key: "grant", Kind: meter.Grant, Account: "a", Amount: credits * pricebook.Credit, Effective: at("2026-11-25T08:00:00Z")}
	}
	// ran is an hour of a t3.micro with the user's own key: 5 credits
	ran := func(instance string) []meter.Fact {
		return []meter.Fact{
			{Key: "start:" + instance, Kind: meter.Start, Account: "a", Instance: instance, InstanceType: "t3.micro", Effective: at("2026-11-25T08:00:00Z")},
			{Key: "stop:" + instance, Kind: meter.Stop, Account: "a", Instance: instance, Effective: at("2026-11-25T09:00:00Z")},
		}
	}
	limit := func(instance string, credits pricebook.Amount, zone string) meter.Fact {
		l := meter.Limits{DailyCap: credits * pricebook.Credit, MaxSession: time.Minute, Zone: zone}
		return meter.Fact{Key: "limit:" + instance, Kind: meter.Limit, Account: "a", Instance: instance, Effective: at("2026-11-25T07:00:00Z"), Limits: l}
	}
	owes := meter.Fact{Key: "adjust", Kind: meter.Adjust, Account: "a", Amount: -20 * pricebook.Credit, Reason: "test", Effective: at("2026-11-25T08:30:00Z")}
	both := append(ran("i-1"), ran("i-2")...)
	for name, c := range map[string]struct {
		facts []meter.Fact
		at    string
		cause meter.Cause
		until string
	}{
		"no grant":                        {at: "2026-11-25T10:00:00Z", cause: meter.BalanceSpent},
		"a grant":                         {facts: []meter.Fact{grant(1)}, at: "2026-11-25T10:00:00Z"},
		"a grant to come":                 {facts: []meter.Fact{grant(1)}, at: "2026-11-25T07:59:59Z", cause: meter.BalanceSpent},
		"a grant that is all spent":       {facts: append(ran("i-1"), grant(5)), at: "2026-11-25T09:00:00Z", cause: meter.BalanceSpent},
		"a grant less a second":           {facts: append(ran("i-1"), grant(5)), at: "2026-11-25T08:59:59Z"},
		"a debt":                          {facts: []meter.Fact{grant(10), owes}, at: "2026-11-25T10:00:00Z", cause: meter.BalanceSpent},
		"the session limit was long past": {facts: append(ran("i-1"), grant(6), limit("", 0, "")), at: "2026-11-25T10:00:00Z"},
		"the account's cap":               {facts: append(both, grant(99), limit("", 10, "")), at: "2026-11-25T10:00:00Z", cause: meter.DailyCap, until: "2026-11-26T00:00:00Z"},
		"the account's cap in Tokyo":      {facts: append(both, grant(99), limit("", 10, "Asia/Tokyo")), at: "2026-11-25T10:00:00Z", cause: meter.DailyCap, until: "2026-11-25T15:00:00Z"},
		"the account's cap a day later":   {facts: append(both, grant(99), limit("", 10, "Asia/Tokyo")), at: "2026-11-25T15:00:00Z"},
		"below the account's cap":         {facts: append(both, grant(99), limit("", 11, "")), at: "2026-11-25T10:00:00Z"},
		"the machine's cap":               {facts: append(both, grant(99), limit("i-1", 5, "")), at: "2026-11-25T10:00:00Z", cause: meter.DailyCap, until: "2026-11-26T00:00:00Z"},
		"below the machine's cap":         {facts: append(both, grant(99), limit("i-1", 6, "")), at: "2026-11-25T10:00:00Z"},
		"another machine's cap":           {facts: append(both, grant(99), limit("i-2", 5, "")), at: "2026-11-25T10:00:00Z"},
		"a balance before a cap":          {facts: append(both, grant(10), limit("", 10, "")), at: "2026-11-25T10:00:00Z", cause: meter.BalanceSpent},
	} {
		cause, until, err := account(t, pricebook.Published(), c.facts).Allows("i-1", at(c.at))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var want meter.Instant
		if c.until != "" {
			want = at(c.until)
		}
		if cause != c.cause || until != want {
			t.Errorf("%s: %q until %s; want %q until %s", name, cause, until, c.cause, want)
		}
	}
	if _, _, err := account(t, pricebook.Published(), nil).Allows("i-1", -1); err == nil {
		t.Error("a time before 1970 was answered")
	}
}

// What may run, runs: a machine that is started when nothing forbids it has no deadline at that instant, and one that is
// started against a cause has.
func TestAllowsAgreesWithDeadlines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book := changing(t)
		list := facts().Draw(t, "facts")
		at := instants().Draw(t, "at")
		a := account(t, book, list)
		cause, until, err := a.Allows("i-1", at)
		if err != nil {
			t.Fatal(err)
		}
		start := meter.Fact{Key: "start", Kind: meter.Start, Account: "a", Instance: "i-1", Effective: at, InstanceType: "t3.small"}
		a = account(t, book, append(list[:len(list):len(list)], meter.Fact{Key: "!stop", Kind: meter.Stop, Account: "a", Instance: "i-1", Effective: at}, start))
		deadlines, err := a.Deadlines(at)
		if err != nil {
			t.Fatal(err)
		}
		forbidden := false
		for _, d := range deadlines {
			forbidden = forbidden || d.Instance == "i-1" && d.At <= at
		}
		// other facts of the same instant may keep the machine from running, or from a new session
		if runs, err := a.Running(at); err != nil || len(runs) == 0 || !startsAt(runs, "i-1", at) {
			return
		}
		if forbidden != (cause != "") {
			t.Fatalf("%q at %s, deadlines %+v", cause, at, deadlines)
		}
		if cause == meter.DailyCap {
			if then, _, err := a.Allows("i-1", until); err != nil || until <= at || then == meter.DailyCap {
				t.Fatalf("the cap forbids until %s, and then: %q, %v", until, then, err)
			}
		} else if until != 0 {
			t.Fatalf("%q ends by itself at %s", cause, until)
		}
	})
}

func startsAt(running []meter.Segment, instance string, at meter.Instant) bool {
	for _, s := range running {
		if s.Instance == instance && s.Session == at && s.Rate > 0 {
			return true
		}
	}
	return false
}
