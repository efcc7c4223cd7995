package controller_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// usualLease is how long a lease lasts without a grace.
const usualLease = overshoot.LeaseRenewals * overshoot.Renewal

// limit sets limits of an account, or of one machine of it.
func (h *house) limit(account, instance string, limits meter.Limits) {
	h.t.Helper()
	now := meter.At(time.Now())
	h.append(meter.Fact{Key: "limit:" + account + instance + now.String(), Kind: meter.Limit, Account: account, Instance: instance, Effective: now, Limits: limits})
}

// kill has all replicas die at once, and EC2 answer nobody.
func (h *house) kill(replicas map[string]*severed) {
	h.cloud.mu.Lock()
	h.cloud.down = time.Now().Add(30 * 24 * time.Hour)
	h.cloud.mu.Unlock()
	for owner, s := range replicas {
		s.sever()
		h.stop[owner]()
	}
}

// lost is a house of two replicas and the machines of some accounts, that has run for an hour and then lost its control plane.
func lost(t *testing.T, prepare func(h *house)) (h *house, at time.Time) {
	t.Helper()
	h = newHouse(t, 1)
	prepare(h)
	replicas := map[string]*severed{"one": {Store: h.store}, "two": {Store: h.store}}
	for owner, s := range replicas {
		h.serve(owner, func(c *controller.Config) { c.Store = s })
	}
	time.Sleep(time.Hour)
	h.kill(replicas)
	return h, time.Now()
}

// ended is when a machine ended; it waits for that for a day.
func (h *house) ended(id string) time.Time {
	h.t.Helper()
	for range 24 * 60 {
		if m := h.cloud.state(id); !m.Runs() {
			h.cloud.mu.Lock()
			defer h.cloud.mu.Unlock()
			ran := h.cloud.machines[id].ran
			return ran[len(ran)-1].to
		}
		time.Sleep(time.Minute)
	}
	h.t.Fatalf("%s still runs", id)
	return time.Time{}
}

// When all replicas are gone and EC2 answers nobody, a machine runs on for as long as its customer said, and not longer: by
// the account's grace, by its own instead, by none, and never beyond its credits or its session.
func TestLossOfTheControlPlaneIsTheCustomersSetting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		account, own meter.Limits
		credits      pricebook.Amount
		grace        time.Duration // what it runs on for, beside its usual lease
		until        time.Duration // or at most: from its launch
	}{
		"none":    {credits: 1000 * pricebook.Credit},
		"an hour": {account: meter.Limits{Grace: time.Hour}, credits: 1000 * pricebook.Credit, grace: time.Hour},
		"its own": {own: meter.Limits{Grace: 2 * time.Hour}, credits: 1000 * pricebook.Credit, grace: 2 * time.Hour},
		"its own, not the account's": {
			account: meter.Limits{Grace: 5 * time.Hour}, own: meter.Limits{Grace: time.Minute}, credits: 1000 * pricebook.Credit, grace: time.Minute,
		},
		"credits that end before it": {account: meter.Limits{Grace: 7 * 24 * time.Hour}, credits: 10 * pricebook.Credit, until: 2 * time.Hour},
		"a session that ends before it": {
			account: meter.Limits{Grace: 5 * time.Hour, MaxSession: 3 * time.Hour}, credits: 1000 * pricebook.Credit, until: 3 * time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				launched := time.Now()
				h, lostAt := lost(t, func(h *house) {
					h.grant("alice", c.credits)
					h.limit("alice", "", c.account)
					h.limit("alice", "i-1", c.own)
					h.cloud.launch("i-1", "alice", "t3.micro") // 5 credits an hour
				})
				defer h.close()
				end := h.ended("i-1")
				if c.until > 0 {
					if latest := launched.Add(c.until); end.After(latest) || end.Before(latest.Add(-time.Minute)) {
						t.Errorf("it ended %s after its launch, want just before %s", end.Sub(launched), c.until)
					}
					return
				}
				ran, most := end.Sub(lostAt), usualLease+c.grace+guestMargin
				if least := most - guestMargin - overshoot.Renewal - time.Minute; ran > most || ran < least {
					t.Errorf("it ran for %s without the meter, want %s to %s", ran, least, most)
				}
			})
		})
	}
}

// A machine that the meter starts itself has its grace from the start, and one whose grace is taken away has the usual lease
// at once.
func TestAGraceHoldsFromTheStartAndUntilItIsTakenAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.limit("alice", "", meter.Limits{Grace: time.Hour})
		h.grant("alice", pricebook.Credit)
		h.cloud.launch("i-1", "alice", "t3.micro")
		h.serve("one", nil)
		time.Sleep(time.Hour)
		h.want("i-1", "stopped", "balance")
		h.grant("alice", 1000*pricebook.Credit)
		time.Sleep(10 * time.Second)
		if m := h.cloud.state("i-1"); m.State != "running" || m.Lease.Sub(m.Launched) < usualLease+time.Hour-10*time.Second {
			t.Fatalf("%s with a lease of %s", m.State, m.Lease.Sub(m.Launched))
		}
		time.Sleep(2 * time.Minute)
		h.limit("alice", "", meter.Limits{})
		time.Sleep(10 * time.Second)
		if left := time.Until(h.cloud.state("i-1").Lease.Time()); left > usualLease || left < usualLease-time.Minute {
			t.Errorf("its lease lasts for %s, want the usual %s", left, usualLease)
		}
	})
}
