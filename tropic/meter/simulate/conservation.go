package simulate

import (
	"context"
	"fmt"
	"math/big"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// Conservation says whether the charges are right, from what lies in the store.
type Conservation struct {
	Holds    bool   `json:"holds"`
	Expected string `json:"expected_quanta"` // rate x time of every machine, in whole numbers of any size
	Charged  string `json:"charged_quanta"`  // the sum of all charges
	Debited  string `json:"debited_quanta"`  // from wallets
	Credited string `json:"credited_quanta"` // to revenue
	Machines int    `json:"machines_wrong"`  // whose charges are not rate x time
	Replayed int    `json:"shards_replayed"` // whose every line was worked out anew, to the same head
	Fault    string `json:"fault,omitempty"` // the first
}

// sums adds up what was charged, on its own.
type sums struct {
	expected, charged, debited, credited big.Int
	wrong, replayed                      int
	fault                                string
}

func (t *sums) faulty(format string, args ...any) {
	if t.fault == "" {
		t.fault = fmt.Sprintf(format, args...)
	}
}

// machine takes in a machine's charges, and both entries of the books that they make.
func (t *sums) machine(f fleet, n int, until meter.Instant, charged *big.Int) {
	start := f.start(n)
	due := new(big.Int).Mul(big.NewInt(int64(f.rate(&start))), big.NewInt(int64(until-start.Effective)))
	if due.Cmp(charged) != 0 {
		t.wrong++
		t.faulty("instance %s was charged %s quanta instead of %s", start.Instance, charged, due)
	}
	t.expected.Add(&t.expected, due)
	t.charged.Add(&t.charged, charged)
}

func (t *sums) conservation() Conservation {
	right := t.expected.Cmp(&t.charged) == 0 && t.charged.Cmp(&t.debited) == 0 && t.debited.Cmp(&t.credited) == 0
	if !right {
		t.faulty("the sums differ")
	}
	return Conservation{
		Holds: t.fault == "", Expected: t.expected.String(), Charged: t.charged.String(), Debited: t.debited.String(),
		Credited: t.credited.String(), Machines: t.wrong, Replayed: t.replayed, Fault: t.fault,
	}
}

// sample is one shard of so many that is replayed.
const sample = 16

// audit reads every block back from the store, adds its lines up, and replays a sample of shards from the first fact.
func (p *packed) audit(ctx context.Context, until meter.Instant) (Conservation, error) {
	var t sums
	seen := 0
	for shard := range uint32(journal.Shards) {
		machines, err := p.add(ctx, &t, shard, until)
		if err != nil {
			return Conservation{}, err
		}
		seen += machines
		if shard%sample == 0 {
			p.replay(ctx, &t, shard)
		}
		p.progress(int(shard)+1, journal.Shards)
	}
	if seen != p.Instances {
		t.faulty("the store has %d machines instead of %d", seen, p.Instances)
	}
	return t.conservation(), nil
}

// add takes in the lines of a shard, and tells how many machines it has.
func (p *packed) add(ctx context.Context, t *sums, shard uint32, until meter.Instant) (machines int, err error) {
	chain := journal.NewChain(shard)
	lines := map[string]*big.Int{} // by instance
	for b, err := range p.store.Blocks(ctx, shard) {
		if err != nil {
			return 0, err
		}
		if err := chain.Append(b); err != nil {
			return 0, err
		}
		postings, err := chain.Postings(b)
		if err != nil {
			return 0, err
		}
		for _, posting := range postings {
			t.enter(posting)
			sum := lines[posting.Instance]
			if sum == nil {
				sum = new(big.Int)
				lines[posting.Instance] = sum
			}
			sum.Add(sum, big.NewInt(int64(posting.Amount)))
		}
	}
	if head := chain.Head(); head != p.heads[shard] {
		t.faulty("the chain of shard %d ends with block %d, %s, in the store; %s was written", shard, head.Blocks, head.Hash, p.heads[shard].Hash)
	}
	for _, n := range p.members[shard] {
		sum := lines[p.fleet.start(int(n)).Instance]
		if sum == nil {
			sum = new(big.Int)
		}
		t.machine(p.fleet, int(n), until, sum)
	}
	return len(lines), nil
}

// enter books both sides of a posting.
func (t *sums) enter(p journal.Posting) {
	for _, e := range p.Entries() {
		if e.Book == journal.Revenue {
			t.credited.Add(&t.credited, big.NewInt(int64(e.Amount)))
		} else {
			t.debited.Sub(&t.debited, big.NewInt(int64(e.Amount)))
		}
	}
}

// replay works every line of a shard out anew.
func (p *packed) replay(ctx context.Context, t *sums, shard uint32) {
	ledger, err := journal.Replay(shard, p.Book, p.store.Blocks(ctx, shard))
	switch {
	case err != nil:
		t.faulty("the replay of shard %d: %v", shard, err)
	case ledger.Chain().Head() != p.heads[shard]:
		t.faulty("the replay of shard %d ends with %s instead of %s", shard, ledger.Chain().Head().Hash, p.heads[shard].Hash)
	default:
		t.replayed++
	}
}
