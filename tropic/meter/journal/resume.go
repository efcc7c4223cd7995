package journal

import (
	"iter"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Resume builds a ledger that goes on where a chain ends, from its blocks of facts alone. What was posted follows from the
// facts before the last tick, whose block has the sequence posted (it counts when head.Tick is not zero). Blocks of lines
// are not read and not checked, which takes a thousandth of the time: Replay is for whoever wants proof. The error is an
// *Error, or that of the blocks.
func Resume(head Head, posted uint64, book *pricebook.Book, facts iter.Seq2[Block, error]) (*Ledger, error) {
	l := NewLedger(head.Shard, book)
	settled := head.Tick == 0
	for b, err := range facts {
		if err != nil {
			return nil, err
		}
		if !settled && b.Sequence > posted {
			if err := l.settle(head.Tick); err != nil {
				return nil, err
			}
			settled = true
		}
		if err := l.skip(b, head); err != nil {
			return nil, err
		}
	}
	if !settled {
		if err := l.settle(head.Tick); err != nil {
			return nil, err
		}
	}
	l.chain.head = head
	return l, nil
}

// skip moves the chain to a later block of facts, and takes that in.
func (l *Ledger) skip(b Block, head Head) error {
	switch at := l.chain.head; {
	case b.Shard != head.Shard:
		return b.fault(0, ErrForeign, "the chain is that of shard %d", head.Shard)
	case b.Tick != 0:
		return b.fault(0, ErrMalformed, "it has lines, where blocks of facts are wanted")
	case b.Sequence < at.Blocks || b.Sequence >= head.Blocks:
		return b.fault(0, ErrSequence, "the next block is %d at least, the last %d", at.Blocks, head.Blocks)
	case b.Sequence == at.Blocks && b.Previous != at.Hash, b.Sequence == head.Blocks-1 && b.Hash != head.Hash:
		return b.fault(0, ErrPrevious, "its hashes are not those of its neighbours")
	}
	l.chain.head.Blocks, l.chain.head.Hash = b.Sequence, b.Previous
	return l.apply(b)
}

// settle counts all charges until a tick as posted.
func (l *Ledger) settle(tick meter.Instant) error {
	if err := l.refresh(); err != nil {
		return err
	}
	for n := range l.running {
		cost, err := l.running[n].until(tick, tick)
		if err != nil {
			return err
		}
		l.running[n].posted = cost
	}
	return nil
}
