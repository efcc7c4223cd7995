package meter_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// The worked examples: a t3.micro with Sonnet costs 55 credits an hour, one with the user's own key 5.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	const sonnet = "anthropic/claude-sonnet-4-6"
	at := func(text string) meter.Instant { return instant(t, text) }
	start := func(instance, model, when string) meter.Fact {
		return meter.Fact{Key: "start:" + instance + when, Kind: meter.Start, Account: "a", Instance: instance, InstanceType: "t3.micro", Model: model, Effective: at(when)}
	}
	grant := func(credits pricebook.Amount, when string) meter.Fact {
		return meter.Fact{Key: "grant:" + when, Kind: meter.Grant, Account: "a", Amount: credits * pricebook.Credit, Effective: at(when)}
	}
	limit := func(instance string, l meter.Limits) meter.Fact {
		return meter.Fact{Key: "limit:" + instance, Kind: meter.Limit, Account: "a", Instance: instance, Effective: at("2026-11-25T00:00:00Z"), Limits: l}
	}
	now := "2026-11-25T10:00:00Z"
	for name, c := range map[string]struct {
		facts []meter.Fact
		want  []meter.Deadline
	}{
		"nothing runs": {facts: []meter.Fact{grant(10, now)}},
		"the balance lasts for an hour": {
			facts: []meter.Fact{grant(55, now), start("i-1", sonnet, now)},
			want:  []meter.Deadline{{"i-1", at("2026-11-25T11:00:00Z"), meter.BalanceSpent, at(now), 0}},
		},
		"a grant that comes first moves it": {
			facts: []meter.Fact{grant(55, now), start("i-1", sonnet, now), grant(55, "2026-11-25T10:59:59Z")},
			want:  []meter.Deadline{{"i-1", at("2026-11-25T12:00:00Z"), meter.BalanceSpent, at(now), 0}},
		},
		"two machines share a balance": {
			facts: []meter.Fact{grant(55, now), start("i-1", "", now), start("i-2", "anthropic/claude-opus-4-6", now)},
			want: []meter.Deadline{
				{"i-1", at("2026-11-25T10:30:00Z"), meter.BalanceSpent, at(now), 0},
				{"i-2", at("2026-11-25T10:30:00Z"), meter.BalanceSpent, at(now), 0},
			},
		},
		"nothing was there": {
			facts: []meter.Fact{start("i-1", "", "2026-11-25T09:00:00Z")},
			want:  []meter.Deadline{{"i-1", at(now), meter.BalanceSpent, at("2026-11-25T09:00:00Z"), 0}},
		},
		"a cap of the day, until the next one in New York": {
			facts: []meter.Fact{grant(1000, now), start("i-1", sonnet, now), limit("", meter.Limits{DailyCap: 110 * pricebook.Credit, Zone: "America/New_York"})},
			want:  []meter.Deadline{{"i-1", at("2026-11-25T12:00:00Z"), meter.DailyCap, at(now), at("2026-11-26T05:00:00Z")}},
		},
		"a cap that only a whole day reaches": {
			facts: []meter.Fact{grant(1000, now), start("i-1", "", now), limit("", meter.Limits{DailyCap: 100 * pricebook.Credit})},
			want:  []meter.Deadline{{"i-1", at("2026-11-26T20:00:00Z"), meter.DailyCap, at(now), at("2026-11-27T00:00:00Z")}},
		},
		"a cap that a whole day just fits in": {
			facts: []meter.Fact{grant(1000, now), start("i-1", "", now), limit("", meter.Limits{DailyCap: 120 * pricebook.Credit})},
			want:  []meter.Deadline{{"i-1", at(now).Add(200 * time.Hour), meter.BalanceSpent, at(now), 0}},
		},
		"one machine's cap does not stop the other": {
			facts: []meter.Fact{grant(1_000_000, now), start("i-1", "", now), start("i-2", "", now), limit("i-2", meter.Limits{DailyCap: pricebook.Credit})},
			want: []meter.Deadline{
				{"i-2", at("2026-11-25T10:12:00Z"), meter.DailyCap, at(now), at("2026-11-26T00:00:00Z")},
				{"i-1", at(now).Add(100_000 * time.Hour), meter.BalanceSpent, at(now), 0},
			},
		},
		"the session is over, until the next day": {
			facts: []meter.Fact{grant(1000, now), start("i-1", "", "2026-11-25T09:00:00Z"), limit("", meter.Limits{MaxSession: 3 * time.Hour})},
			want:  []meter.Deadline{{"i-1", at("2026-11-25T12:00:00Z"), meter.SessionOver, at("2026-11-25T09:00:00Z"), at("2026-11-26T00:00:00Z")}},
		},
		"a session that ends in the next day of Santiago waits for the one after": {
			facts: []meter.Fact{grant(1000, now), start("i-1", "", now), limit("", meter.Limits{MaxSession: 18 * time.Hour, Zone: "America/Santiago"})},
			want:  []meter.Deadline{{"i-1", at("2026-11-26T04:00:00Z"), meter.SessionOver, at(now), at("2026-11-27T03:00:00Z")}},
		},
		"a session that was over when its limit came ends now": {
			facts: []meter.Fact{grant(1000, now), start("i-1", "", "2026-11-24T22:00:00Z"), limit("i-1", meter.Limits{MaxSession: time.Hour})},
			want:  []meter.Deadline{{"i-1", at(now), meter.SessionOver, at("2026-11-24T22:00:00Z"), at("2026-11-26T00:00:00Z")}},
		},
	} {
		got, err := account(t, pricebook.Published(), c.facts).Deadlines(at(now))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
