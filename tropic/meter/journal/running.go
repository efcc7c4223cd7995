package journal

import (
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// running is what a machine cost: what is over is summed up, so that a tick does not look at all of the past again.
type running struct {
	posted  pricebook.Amount // the sum of its lines
	settled pricebook.Amount // the cost of what ended
	spans   []span           // that end later, in order
}

// span is a segment of a machine.
type span struct {
	from, to meter.Instant
	rate     pricebook.Rate
}

// lines are those of a tick.
func (l *Ledger) lines(tick meter.Instant) ([]Line, error) {
	last := l.chain.head.Tick
	if tick <= last || tick > lastTick || tick%Interval != 0 {
		b := Block{Shard: l.chain.head.Shard, Sequence: l.chain.head.Blocks}
		return nil, b.fault(0, ErrTick, "%s, the last was %s", tick, last)
	}
	if err := l.refresh(); err != nil {
		return nil, err
	}
	out := make([]Line, 0, len(l.running))
	for n := range l.running {
		r := &l.running[n]
		cost, err := r.until(tick, last)
		if err != nil {
			m := l.chain.machines[n]
			return nil, fmt.Errorf("instance %q of account %q cannot be charged until %s: %w", m.Instance, m.Account, tick, err)
		}
		if amount := cost - r.posted; amount != 0 { // fits: neither is negative
			out = append(out, Line{uint32(n), amount})
		}
	}
	return out, nil
}

// refresh takes over the segments of machines that their accounts learnt something of.
func (l *Ledger) refresh() error {
	for c := range l.changed {
		n, started := l.chain.numbers[c.instance]
		if !started || l.chain.machines[n].Account != c.account.Name() {
			continue // what is not started in the account costs it nothing
		}
		segments, err := c.account.SegmentsOf(c.instance)
		if err != nil {
			return fmt.Errorf("an account's segments: %w", err)
		}
		r := running{posted: l.running[n].posted, spans: make([]span, len(segments))}
		for i := range segments {
			s := &segments[i]
			r.spans[i] = span{s.From, s.To, s.Rate}
		}
		l.running[n] = r
	}
	clear(l.changed)
	return nil
}

// until is what the machine cost until a tick. What ended by the last one is summed up for good.
func (r *running) until(tick, last meter.Instant) (pricebook.Amount, error) {
	total := r.settled
	for i := 0; i < len(r.spans) && r.spans[i].from < tick; i++ {
		cost, err := r.spans[i].until(tick)
		if err == nil {
			total, err = sum(total, cost)
		}
		if err != nil {
			return 0, err
		}
		if r.spans[i].to <= last {
			r.settled, r.spans = total, r.spans[1:]
			i--
		}
	}
	return total, nil
}

func (s span) until(tick meter.Instant) (pricebook.Amount, error) {
	return s.rate.Over(int64(min(s.to, tick) - s.from))
}

// sum adds amounts that are not negative.
func sum(a, b pricebook.Amount) (pricebook.Amount, error) {
	if a+b < a {
		return 0, pricebook.ErrOverflow
	}
	return a + b, nil
}
