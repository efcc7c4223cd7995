package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// replayer replays one shard.
type replayer struct {
	store    *store.Store
	book     *pricebook.Book
	shard    uint32
	accounts []string       // that have facts
	heads    []journal.Head // that were kept elsewhere
}

// run replays the shard. Facts are read before blocks, and what waits in between, so that what a service learns meanwhile
// is no difference.
func (r replayer) run(ctx context.Context) shardReplay {
	out := shardReplay{Shard: r.shard}
	differ := func(format string, args ...any) {
		out.Differences = append(out.Differences, fmt.Sprintf(format, args...))
	}
	recorded, err := r.recorded(ctx)
	if err != nil {
		differ("%v", err)
	}
	unlearned, err := r.store.Unlearned(ctx, r.shard)
	if err != nil {
		differ("%v", err)
	}
	seen := tally{facts: map[store.FactID]meter.Fact{}, hashes: map[uint64]journal.Hash{}}
	ledger, err := journal.Replay(r.shard, r.book, seen.blocks(r.store.Blocks(ctx, r.shard)))
	out.Blocks, out.Facts, out.Lines, out.LastTick = seen.last.Blocks, len(seen.facts), seen.lines, seen.last.Tick
	if err != nil {
		differ("%v", err)
	} else {
		seen.last = ledger.Chain().Head()
	}
	seen.last.Shard = r.shard
	out.Head = headText(seen.last)
	if len(out.Differences) == 0 { // else facts may be missing because blocks could not be read
		r.compareFacts(ctx, recorded, unlearned, seen.facts, differ)
	}
	for _, kept := range r.heads {
		seen.compareHead(kept, differ)
	}
	out.OK = len(out.Differences) == 0
	return out
}

// recorded are the facts of the shard's accounts.
func (r replayer) recorded(ctx context.Context) (map[store.FactID]meter.Fact, error) {
	out := map[store.FactID]meter.Fact{}
	for _, account := range r.accounts {
		facts, err := r.store.Facts(ctx, account)
		if err != nil {
			return out, err
		}
		for _, f := range facts {
			out[store.FactID{Account: f.Account, Key: f.Key}] = f
		}
	}
	return out, nil
}

// compareHead finds that blocks are missing at the end, or are others than they were.
func (t *tally) compareHead(kept journal.Head, differ func(string, ...any)) {
	hash, there := t.hashes[kept.Blocks]
	switch {
	case kept.Blocks == 0:
	case !there:
		differ("the chain has %d blocks, and had %d when the head %s was kept: its end is missing", t.last.Blocks, kept.Blocks, kept.Hash)
	case hash != kept.Hash:
		differ("block %d is %s, and was %s when its head was kept: the chain was written anew", kept.Blocks-1, hash, kept.Hash)
	}
}

// compareFacts compares the table of facts with the chain, both ways.
func (r replayer) compareFacts(ctx context.Context, recorded map[store.FactID]meter.Fact, unlearned map[store.FactID]string, chain map[store.FactID]meter.Fact, differ func(string, ...any)) {
	for _, id := range sortedIDs(recorded) {
		learnt, there := chain[id]
		reason, waits := unlearned[id]
		switch {
		case there && learnt != recorded[id]:
			differ("fact %q of account %q is recorded otherwise than it is in the chain", id.Key, id.Account)
		case there && reason != "":
			differ("fact %q of account %q was refused (%s), and is in the chain", id.Key, id.Account, reason)
		case !there && !waits:
			differ("fact %q of account %q is recorded, and neither in the chain nor waiting", id.Key, id.Account)
		}
	}
	for _, id := range sortedIDs(chain) {
		if _, there := recorded[id]; there {
			continue
		}
		f, err := r.store.Fact(ctx, id.Account, id.Key) // it may have been recorded since
		switch {
		case err != nil:
			differ("%v", err)
		case f == nil:
			differ("fact %q of account %q is in the chain, and not recorded", id.Key, id.Account)
		case *f != chain[id]:
			differ("fact %q of account %q is recorded otherwise than it is in the chain", id.Key, id.Account)
		}
	}
}

func sortedIDs(facts map[store.FactID]meter.Fact) []store.FactID {
	out := make([]store.FactID, 0, len(facts))
	for id := range facts {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b store.FactID) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// tally is what passed by.
type tally struct {
	facts  map[store.FactID]meter.Fact
	hashes map[uint64]journal.Hash // by how many blocks there are with it
	lines  int
	last   journal.Head
}

// blocks passes blocks on and counts them.
func (t *tally) blocks(blocks iter.Seq2[journal.Block, error]) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		for b, err := range blocks {
			if !yield(b, err) || err != nil {
				return
			}
			for _, f := range b.Facts {
				t.facts[store.FactID{Account: f.Account, Key: f.Key}] = f
			}
			t.lines += len(b.Lines)
			t.hashes[b.Sequence+1] = b.Hash
			t.last = journal.Head{Shard: b.Shard, Blocks: b.Sequence + 1, Hash: b.Hash, Tick: max(t.last.Tick, b.Tick)}
		}
	}
}
