package simulate

import (
	"context"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const (
	owner = "simulate"
	lease = time.Hour // of fake time, in which ticks are apart by five minutes
)

// packed writes charges as the service does.
type packed struct {
	*simulation

	members [journal.Shards][]int32 // numbers of machines
	chains  []*controller.Chain
	heads   map[uint32]journal.Head // as they were written
	lines   int64                   // bytes of the blocks of lines
}

// setup has the ledgers learn that the machines run, works out the accounts' deadlines as the service then does, and writes
// the blocks.
func (p *packed) setup(ctx context.Context) error {
	if _, _, err := p.store.Heartbeat(ctx, owner, lease); err != nil {
		return err
	}
	leases, err := p.store.Claim(ctx, owner, journal.Shards)
	if err != nil {
		return err
	}
	p.heads = make(map[uint32]journal.Head, len(leases))
	var turns []store.Turn
	p.members = p.fleet.shards(p.Instances)
	for i, l := range leases {
		turn, err := p.learn(l, p.members[l.Shard])
		if err != nil {
			return err
		}
		turns = append(turns, turn)
		const together = 128
		if len(turns) == together || i == len(leases)-1 {
			if err := p.store.Commit(ctx, owner, turns...); err != nil {
				return err
			}
			turns = turns[:0]
			p.progress(i+1, len(leases))
		}
	}
	return nil
}

// learn makes a shard's ledger.
func (p *packed) learn(l store.Lease, machines []int32) (store.Turn, error) {
	turn := store.Turn{Lease: l}
	ledger := journal.NewLedger(l.Shard, p.Book)
	const batch = 500 // facts at a time, as the service
	for begin := 0; begin < len(machines); begin += batch {
		part := machines[begin:min(begin+batch, len(machines))]
		facts := make([]meter.Fact, len(part))
		for i, n := range part {
			facts[i] = p.fleet.start(int(n))
		}
		b, _, err := ledger.Learn(facts...)
		if err != nil {
			return turn, fmt.Errorf("shard %d: %w", l.Shard, err)
		}
		turn.Blocks = append(turn.Blocks, b)
		p.report.FactBytes += int64(len(b.Bytes))
	}
	for a := range ledger.Accounts() {
		if _, err := a.Deadlines(epoch + journal.Interval); err != nil {
			return turn, err
		}
	}
	p.chains = append(p.chains, controller.NewChain(l, ledger, epoch))
	p.heads[l.Shard] = ledger.Chain().Head()
	return turn, nil
}

// tick keeps the replica's lease and posts.
func (p *packed) tick(ctx context.Context, at meter.Instant) (charges int, err error) {
	if _, _, err := p.store.Heartbeat(ctx, owner, lease); err != nil {
		return 0, err
	}
	turns, err := controller.Post(ctx, p.store, owner, at, p.chains)
	for i := range turns {
		for j := range turns[i].Blocks {
			b := &turns[i].Blocks[j]
			charges += len(b.Lines)
			p.lines += int64(len(b.Bytes))
			p.heads[b.Shard] = journal.Head{Shard: b.Shard, Blocks: b.Sequence + 1, Hash: b.Hash, Tick: b.Tick}
		}
	}
	return charges, err
}

func (p *packed) bodies() int64 { return p.lines }
