package controller_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
)

// cloud is an EC2 in fake time, with machines that end by themselves when their lease does. It fails as it is told to.
type cloud struct {
	mu       sync.Mutex
	machines map[string]*machine
	random   *rand.Rand
	faults   float64       // how likely a call fails: before its effect, or after it
	slow     time.Duration // how long calls take at most
	lag      time.Duration // how far a listing may be behind
	down     time.Time     // no call is answered until then
	stops    []stop        // that EC2 was asked for, and did
}

// stop is that a machine was stopped by a call.
type stop struct {
	id      string
	session meter.Instant
	at      time.Time
}

type machine struct {
	evidence.Machine

	lease    time.Time // zero: none
	from     time.Time // when it was launched; zero while it does not run
	ran      []span    // that are over
	history  []snapshot
	settling time.Time // while it is stopping
}

// span is when a machine ran.
type span struct{ from, to time.Time }

// snapshot is what a listing says from an instant on.
type snapshot struct {
	at time.Time
	m  evidence.Machine
}

func newCloud(seed uint64) *cloud {
	return &cloud{machines: map[string]*machine{}, random: rand.New(rand.NewPCG(seed, 1))}
}

var errDown = errors.New("EC2 does not answer")

// fail is what a call meets: nothing, an error before its effect, or one after it.
func (c *cloud) fail(ctx context.Context) (before, after error) {
	c.mu.Lock()
	wait := time.Duration(0)
	if c.slow > 0 {
		wait = time.Duration(c.random.Int64N(int64(c.slow)))
	}
	down := time.Now().Before(c.down)
	chance, late := c.random.Float64(), c.random.IntN(2) == 0
	c.mu.Unlock()
	if down {
		wait = time.Hour // as long as the caller waits
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx), nil
	case <-timer.C:
	}
	switch {
	case chance >= c.faults:
		return nil, nil
	case late:
		return nil, errDown
	default:
		return errors.New("RequestLimitExceeded"), nil
	}
}

func (c *cloud) Machines(ctx context.Context, ids ...string) ([]evidence.Machine, error) {
	if before, after := c.fail(ctx); before != nil || after != nil {
		return nil, errors.Join(before, after)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	var out []evidence.Machine
	for _, id := range slices.Sorted(maps.Keys(c.machines)) {
		m := c.machines[id]
		if len(ids) > 0 && !slices.Contains(ids, id) {
			continue
		}
		shown := m.Machine
		if c.lag > 0 && len(ids) == 0 {
			at := time.Now().Add(-time.Duration(c.random.Int64N(int64(c.lag))))
			shown = evidence.Machine{}
			for _, s := range m.history {
				if !s.at.After(at) {
					shown = s.m
				}
			}
		}
		if shown.ID != "" {
			out = append(out, shown)
		}
	}
	return out, nil
}

func (c *cloud) Tag(ctx context.Context, key, value string, ids ...string) error {
	before, after := c.fail(ctx)
	if before != nil {
		return before
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	for _, id := range ids {
		m := c.machines[id]
		switch {
		case m == nil:
		case key == tropic.TagHold:
			m.Hold = value
		case key == tropic.TagLease:
			until, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return err
			}
			m.Lease, m.lease = meter.At(until), until
		default:
			return fmt.Errorf("the meter set the tag %s", key)
		}
		if m != nil {
			m.note()
		}
	}
	return after
}

func (c *cloud) Untag(ctx context.Context, key string, ids ...string) error {
	before, after := c.fail(ctx)
	if before != nil {
		return before
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	for _, id := range ids {
		if m := c.machines[id]; m != nil && key == tropic.TagHold {
			m.Hold = ""
			m.note()
		}
	}
	return after
}

func (c *cloud) Stop(ctx context.Context, ids ...string) ([]string, error) {
	before, after := c.fail(ctx)
	if before != nil {
		return nil, before
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	for _, id := range ids {
		if m := c.machines[id]; m != nil && m.State == "running" {
			c.stops = append(c.stops, stop{id, m.Launched, time.Now()})
			m.end("User initiated")
		}
	}
	if after != nil {
		return nil, after
	}
	return ids, nil
}

func (c *cloud) Start(ctx context.Context, ids ...string) ([]string, error) {
	before, after := c.fail(ctx)
	if before != nil {
		return nil, before
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	var accepted []string
	for _, id := range ids {
		if m := c.machines[id]; m != nil && m.State == "stopped" {
			m.begin()
			accepted = append(accepted, id)
		}
	}
	if after != nil {
		return nil, after
	}
	return accepted, nil
}

// launch makes a machine run.
func (c *cloud) launch(id, account, instanceType string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := &machine{Machine: evidence.Machine{ID: id, Account: account, InstanceType: instanceType}}
	c.machines[id] = m
	m.begin()
}

// power is what a user does in the console.
func (c *cloud) power(id string, on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	switch m := c.machines[id]; {
	case on && m.State == "stopped":
		m.begin()
	case !on && m.State == "running":
		m.end("User initiated")
	}
}

// state is what a machine is really in.
func (c *cloud) state(id string) evidence.Machine {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance()
	return c.machines[id].Machine
}

// bootGrace is how long a machine that has booted waits for a lease (package lease of the guest).
const bootGrace = 75 * time.Second

// guestMargin is how long a machine takes from the end of its lease to its halt, at most.
const guestMargin = 5 * time.Second

// advance has machines end whose lease did, and stop that were stopping.
func (c *cloud) advance() {
	now := time.Now()
	for _, m := range c.machines {
		if at := m.lease.Add(guestMargin); m.State == "running" && !m.lease.IsZero() && !at.After(now) && !m.from.Add(bootGrace).After(now) {
			m.endAt("Client.InstanceInitiatedShutdown", maxTime(at, m.from.Add(bootGrace)))
		}
		if m.State == "stopping" && !m.settling.After(now) {
			m.State = "stopped"
			m.note()
		}
	}
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (m *machine) begin() {
	m.from = time.Now().Truncate(time.Second) // EC2 tells LaunchTime in whole seconds
	m.State, m.Launched, m.Changed, m.Reason = "running", meter.At(m.from), 0, ""
	m.note()
}

func (m *machine) end(reason string) { m.endAt(reason, time.Now()) }

func (m *machine) endAt(reason string, at time.Time) {
	m.State, m.Reason, m.Changed = "stopping", reason, meter.At(at.Truncate(time.Second))
	m.settling = at.Add(20 * time.Second)
	m.ran = append(m.ran, span{m.from, at})
	m.from = time.Time{}
	m.note()
}

func (m *machine) note() {
	m.history = append(m.history, snapshot{time.Now(), m.Machine})
	if len(m.history) > 50 {
		m.history = m.history[20:]
	}
}
