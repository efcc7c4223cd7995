package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tortureSlack is how far a session may differ from EC2's instants: EC2 cuts them to whole seconds.
const tortureSlack = time.Second

// left says what is still to be done, "" when nothing is.
func (x *torture) left() string {
	ctx := x.t.Context()
	for _, a := range x.accounts {
		pending, err := x.store.Unlearned(ctx, journal.ShardOf(a.name))
		if err != nil {
			return err.Error()
		}
		if len(pending) > 0 {
			return fmt.Sprintf("%d facts of the shard of %s are in no block", len(pending), a.name)
		}
		intents, err := x.store.OpenIntents(ctx, journal.ShardOf(a.name))
		if err != nil {
			return err.Error()
		}
		if len(intents) > 0 {
			return fmt.Sprintf("intent %s is open: %s", intents[0].Key, intents[0].Outcome)
		}
		switch state := x.cloud.state[a.machine]; {
		case state == "pending" || state == "stopping":
			return a.machine + " is " + state
		case state == "running" && a.kind == small && x.isEnding(a):
			return "the credits of " + a.name + " are about to end"
		}
		if differs := x.differs(a); differs != "" {
			return differs
		}
	}
	return ""
}

// account is what the store says of an account.
func (x *torture) account(a *tortureAccount) *meter.Account {
	x.t.Helper()
	facts, err := x.store.Facts(x.t.Context(), a.name)
	must(x.t, err)
	account := meter.NewAccount(a.name, pricebook.Published())
	for _, f := range facts {
		_, err := account.Add(f)
		must(x.t, err)
	}
	return account
}

// isEnding tells whether an account's credits end within seconds: no time to end processes and to compare.
func (x *torture) isEnding(a *tortureAccount) bool {
	x.t.Helper()
	now := meter.At(time.Now())
	end, err := x.account(a).Exhausted(now)
	must(x.t, err)
	return end < now.Add(10*time.Second)
}

// differs says where the sessions of an account's ledger are not EC2's, to a second; "" when they agree.
func (x *torture) differs(a *tortureAccount) string {
	x.t.Helper()
	segments, err := x.account(a).Segments()
	must(x.t, err)
	said := map[meter.Instant]meter.Instant{} // by start: the end
	for i := range segments {
		said[segments[i].Session] = segments[i].To
	}
	sessions := x.cloud.sessions[a.machine]
	for launched, ended := range sessions {
		switch to, there := said[launched]; {
		case !there:
			return fmt.Sprintf("%s of %s: the ledger has no session that began at %s; it has %s", a.machine, a.name, launched, instants(said))
		case ended == 0 && to < meter.Never, ended != 0 && to.Sub(max(ended, launched)).Abs() > tortureSlack:
			return fmt.Sprintf("%s of %s: the session of %s ended at %s by the ledger and at %s by EC2 (0: it runs)", a.machine, a.name, launched, to, ended)
		}
	}
	if len(said) != len(sessions) {
		return fmt.Sprintf("%s of %s: the ledger has sessions %s, EC2 has %s", a.machine, a.name, instants(said), instants(sessions))
	}
	return ""
}

func instants(m map[meter.Instant]meter.Instant) string {
	var out []string
	for _, from := range slices.Sorted(maps.Keys(m)) {
		out = append(out, from.String()+" to "+m[from].String())
	}
	return strings.Join(out, ", ")
}

// check is what is to hold after all that happened.
func (x *torture) check() {
	x.t.Helper()
	refused, err := x.store.Refused(x.t.Context())
	must(x.t, err)
	if len(refused) > 0 {
		x.t.Errorf("facts were refused: %+v", refused)
	}
	sessions, stopped := 0, 0
	for _, a := range x.accounts {
		x.checkGrants(a)
		if differs := x.differs(a); differs != "" {
			x.t.Error(differs)
		}
		stopped += x.checkStops(a)
		sessions += len(x.cloud.sessions[a.machine])
	}
	if stopped < tortureSmall {
		x.t.Errorf("only %d sessions were stopped for want of credits, %d accounts had few", stopped, tortureSmall)
	}
	x.checkCharges()
	x.checkSaid()
	x.t.Logf("%d accounts, %d sessions, %d of them stopped for want of credits, %d grants, %d of them given again", len(x.accounts), sessions, stopped, x.bank.count, x.bank.again)
}

// checkGrants: what was acknowledged is there, once, and nothing else is.
func (x *torture) checkGrants(a *tortureAccount) {
	x.t.Helper()
	there := map[string]pricebook.Amount{}
	for _, f := range x.account(a).Facts() {
		if f.Kind == meter.Grant {
			there[f.Key] = f.Amount
		}
	}
	for key, f := range x.bank.given[a.name] {
		if there[key] != f.Amount {
			x.t.Errorf("grant %s of %s was acknowledged and is not there", key, a.name)
		}
		delete(there, key)
	}
	if len(there) > 0 {
		x.t.Errorf("%s has grants that nobody gave: %v", a.name, there)
	}
}

// checkStops: a session was stopped by the meter if and only if its credits ended, by one intent that is done.
func (x *torture) checkStops(a *tortureAccount) (exhausted int) {
	x.t.Helper()
	intents, err := x.store.Intents(x.t.Context(), a.name)
	must(x.t, err)
	done := map[string]string{}
	cancelled := map[string]bool{}
	for _, i := range intents {
		cancelled[i.Key] = i.State == store.StateCancelled
		if i.Action == store.StopMachine && i.State == store.StateDone {
			done[i.Key] = i.Outcome
		}
		if i.State == store.StateOpen {
			x.t.Errorf("intent %s is open", i.Key)
		}
	}
	ledger := x.account(a)
	for launched, ended := range x.cloud.sessions[a.machine] {
		at := max(ended, launched)
		if ended == 0 {
			at = meter.At(time.Now())
		}
		w, err := ledger.Wallet(at)
		must(x.t, err)
		spent := w.Balance() <= perSecond*5/2 // the margin, the lead, and EC2's second
		key := fmt.Sprintf("stop:%s:%d:%s", a.machine, int64(launched), meter.BalanceSpent)
		outcome, stopped := done[key]
		delete(done, key)
		switch {
		case ended == 0 && spent:
			x.t.Errorf("%s of %s runs on with %s credits", a.machine, a.name, w.Balance())
		case ended != 0 && a.kind == small && !spent:
			x.t.Errorf("%s of %s was stopped at %s, launched %s, with %s credits; %s", a.machine, a.name, at, launched, w.Balance(), outcome)
		case cancelled[key] && ended != 0 && spent && x.toppedUpUnknowing(a, at): // it was carried out, and never heard of
			exhausted++
		case stopped != (ended != 0 && spent):
			x.t.Errorf("%s of %s: the session of %s until %s left %s credits, and a stop is done: %t (%s)", a.machine, a.name, launched, ended, w.Balance(), stopped, outcome)
		}
		if stopped {
			exhausted++
		}
	}
	if len(done) > 0 {
		x.t.Errorf("%s has stops of sessions that EC2 does not know: %v", a.name, done)
	}
	if holds, stops := x.cloud.asked(a.machine); a.kind != small && holds+stops > 0 {
		x.t.Errorf("%s of %s has credits, and the meter asked EC2 to hold it %d times and to stop it %d times", a.machine, a.name, holds, stops)
	}
	if a.kind == small && x.cloud.state[a.machine] == "stopped" && x.cloud.hold[a.machine] != tropic.HoldBalance {
		x.t.Errorf("%s of %s is stopped, and held for %q", a.machine, a.name, x.cloud.hold[a.machine])
	}
	return exhausted
}

// toppedUpUnknowing tells whether credits came when a session had ended and no fact said so yet. A replica that dies between
// a stop and its record leaves an intent that is open, and credits cancel it, rightly by all that the meter knows.
func (x *torture) toppedUpUnknowing(a *tortureAccount, ended meter.Instant) bool {
	x.t.Helper()
	heard := meter.Never
	facts := x.account(a).Facts()
	for i := range facts {
		if f := &facts[i]; f.Kind == meter.Stop && f.Effective.Sub(ended).Abs() <= tortureSlack {
			heard = min(heard, f.Recorded)
		}
	}
	for i := range facts {
		if f := &facts[i]; f.Kind == meter.Grant && f.Recorded >= ended && f.Recorded <= heard {
			return true
		}
	}
	return false
}

// checkCharges: with one more tick, the lines of each chain are what the facts say and what EC2 says.
func (x *torture) checkCharges() {
	x.t.Helper()
	ctx, book := x.t.Context(), pricebook.Published()
	tick := tickBefore(meter.At(time.Now())) + journal.Interval
	shards := map[uint32]bool{}
	for _, a := range x.accounts {
		shards[journal.ShardOf(a.name)] = true
	}
	postLast(x.t, x.store, shards, tick)
	copied, blocks := newTortureCopy(x.t), 0
	for shard := range shards {
		blocks += copied.checkSameChain(x.store, shard)
	}
	x.t.Logf("%d blocks of %d chains were the same on SQLite", blocks, len(shards))
	for _, a := range x.accounts {
		shard := journal.ShardOf(a.name)
		ledger, err := journal.Replay(shard, book, x.store.Blocks(ctx, shard))
		must(x.t, err)
		charged, err := x.account(a).Charged(a.machine, 0, tick)
		must(x.t, err)
		if posted := ledger.Posted(a.machine); posted != charged {
			x.t.Errorf("%s of %s: lines of %s credits, and facts of %s", a.machine, a.name, posted, charged)
		}
		var ran time.Duration
		for launched, ended := range x.cloud.sessions[a.machine] {
			if ended == 0 {
				ended = tick
			}
			ran += max(ended, launched).Sub(launched)
		}
		want := pricebook.Amount(ran.Milliseconds()) * perSecond / 1000
		if apart := max(charged-want, want-charged); apart > perSecond*pricebook.Amount(len(x.cloud.sessions[a.machine])) {
			x.t.Errorf("%s of %s ran for %s, which is %s credits, and was charged %s", a.machine, a.name, ran, want, charged)
		}
	}
}

// checkSaid: no replica fell over.
func (x *torture) checkSaid() {
	x.t.Helper()
	for _, r := range x.replicas {
		for _, bad := range []string{"panic:", "DATA RACE", "fatal error:", store.ErrDamaged.Error()} {
			if strings.Contains(string(r.said()), bad) {
				x.t.Errorf("a replica said %q", bad)
			}
		}
	}
}
