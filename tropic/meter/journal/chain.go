package journal

import (
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Head is where a chain ends.
type Head struct {
	Shard  uint32
	Blocks uint64        // how many there are: the sequence of the next
	Hash   Hash          // of the last
	Tick   meter.Instant // the last that was posted; 0 before the first
}

// Chain checks that blocks follow on one another, and knows the machines that they name. It is not safe for concurrent use.
type Chain struct {
	head     Head
	machines []Machine
	numbers  map[string]uint32 // by instance
}

// Machine is an instance and who pays for it.
type Machine struct{ Account, Instance string }

// NewChain is the chain of a shard, without blocks.
func NewChain(shard uint32) *Chain {
	return &Chain{head: Head{Shard: shard}, numbers: map[string]uint32{}}
}

// Append takes a block in that follows on the last. The error is an *Error, and the chain is as before.
func (c *Chain) Append(b Block) error {
	if err := c.follows(&b); err != nil {
		return err
	}
	started, err := c.started(&b)
	if err != nil {
		return err
	}
	if n := len(b.Lines); n > 0 && uint64(b.Lines[n-1].Machine) >= uint64(len(c.machines)) {
		return b.fault(0, ErrForeign, "it charges machine %d, of %d that were started", b.Lines[n-1].Machine, len(c.machines))
	}
	for _, m := range started {
		c.numbers[m.Instance] = uint32(len(c.machines)) //nolint:gosec // bounded by started
		c.machines = append(c.machines, m)
	}
	c.head.Blocks, c.head.Hash = b.Sequence+1, b.Hash
	if b.Tick != 0 {
		c.head.Tick = b.Tick
	}
	return nil
}

// Head is where the chain ends.
func (c *Chain) Head() Head { return c.head }

// Postings are the lines of a block of the chain in words.
func (c *Chain) Postings(b Block) ([]Posting, error) {
	out := make([]Posting, len(b.Lines))
	for i, line := range b.Lines {
		if uint64(line.Machine) >= uint64(len(c.machines)) {
			return nil, b.fault(0, ErrForeign, "it charges machine %d, of %d that were started", line.Machine, len(c.machines))
		}
		m := c.machines[line.Machine]
		out[i] = Posting{m.Account, m.Instance, b.Tick, line.Amount}
	}
	return out, nil
}

// follows tells whether a block is the next one.
func (c *Chain) follows(b *Block) error {
	switch {
	case b.Shard != c.head.Shard:
		return b.fault(0, ErrForeign, "the chain is that of shard %d", c.head.Shard)
	case b.Sequence != c.head.Blocks:
		return b.fault(0, ErrSequence, "the next block is %d", c.head.Blocks)
	case b.Previous != c.head.Hash:
		return b.fault(0, ErrPrevious, "the last block is %s, it follows on %s", c.head.Hash, b.Previous)
	case b.Tick != 0 && b.Tick <= c.head.Tick:
		return b.fault(0, ErrTick, "%s, the last was %s", b.Tick, c.head.Tick)
	}
	return nil
}

// started are the machines that a block is the first to start. One that another account has started is foreign: it would
// be charged twice.
func (c *Chain) started(b *Block) ([]Machine, error) {
	if len(b.Facts) == 0 {
		return nil, nil
	}
	var out []Machine
	fresh := map[string]string{} // account by instance
	for i := range b.Facts {
		f := &b.Facts[i]
		if f.Kind != meter.Start {
			continue
		}
		owner, known := fresh[f.Instance]
		if number, ok := c.numbers[f.Instance]; ok {
			owner, known = c.machines[number].Account, true
		}
		if !known {
			fresh[f.Instance] = f.Account
			out = append(out, Machine{f.Account, f.Instance})
		} else if owner != f.Account {
			return nil, b.fault(0, ErrForeign, "account %q starts instance %q of account %q", f.Account, f.Instance, owner)
		}
	}
	if total := len(c.machines) + len(out); uint64(total) > 1<<32 {
		return nil, b.fault(0, ErrMalformed, "%d machines in one chain", total)
	}
	return out, nil
}
