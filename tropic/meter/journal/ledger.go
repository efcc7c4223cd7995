package journal

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Ledger is a chain and what it says: the facts of each account, and what was posted for each machine. It is not safe for
// concurrent use. A block that it writes counts as written at once: when it cannot be stored, the ledger is ahead of the
// store and must be replayed.
type Ledger struct {
	chain    *Chain
	book     *pricebook.Book
	accounts map[string]*meter.Account
	running  []running // as the chain's machines
	changed  map[change]bool
}

// change is a machine that an account learnt something of since the last tick.
type change struct {
	account  *meter.Account
	instance string
}

// NewLedger is the ledger of a shard, without blocks.
func NewLedger(shard uint32, book *pricebook.Book) *Ledger {
	return &Ledger{chain: NewChain(shard), book: book, accounts: map[string]*meter.Account{}, changed: map[change]bool{}}
}

// Replay builds the ledger from its blocks, and every line anew from the facts before it. The error is an *Error, or that
// of the blocks.
func Replay(shard uint32, book *pricebook.Book, blocks iter.Seq2[Block, error]) (*Ledger, error) {
	l := NewLedger(shard, book)
	for b, err := range blocks {
		if err == nil {
			err = l.apply(b)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Learn takes facts in and writes a block of those that are new. A fact that cannot be accepted is left out; the error joins
// a *RefusedError for each, and the block holds the others. Without new facts there is no block, and ok is false. Facts that
// may not fit into one block are all refused, by an error that wraps ErrTooLarge.
func (l *Ledger) Learn(facts ...meter.Fact) (b Block, ok bool, err error) {
	if size := bound(facts); size > MaxBody {
		next := Block{Shard: l.chain.head.Shard, Sequence: l.chain.head.Blocks}
		return Block{}, false, next.fault(0, ErrTooLarge, "up to %d bytes of facts, more than %d; learn them in parts", size, MaxBody)
	}
	var taken []meter.Fact
	var refused []error
	started := map[string]string{}
	for _, f := range facts {
		added, err := l.add(f, started)
		if err != nil {
			refused = append(refused, &RefusedError{f.Account, f.Key, err})
		} else if added {
			taken = append(taken, f)
		}
	}
	if len(taken) == 0 {
		return Block{}, false, errors.Join(refused...)
	}
	if b, err = l.write(Block{Facts: taken}); err != nil {
		return Block{}, false, errors.Join(append(refused, err)...)
	}
	return b, true, errors.Join(refused...)
}

// Post writes the block of a tick, which lies after the last: for each machine what it cost until then as far as is known,
// less what was posted before. When that is nothing there is no block, and ok is false. An error leaves the ledger as it was.
func (l *Ledger) Post(tick meter.Instant) (b Block, ok bool, err error) {
	lines, err := l.lines(tick)
	if err != nil || len(lines) == 0 {
		return Block{}, false, err
	}
	b, err = l.write(Block{Tick: tick, Lines: lines})
	return b, err == nil, err
}

// Chain is the ledger's chain, to be looked at.
func (l *Ledger) Chain() *Chain { return l.chain }

// Account is what is known of an account, to be looked at; nil if nothing is.
func (l *Ledger) Account(name string) *meter.Account {
	return l.accounts[name]
}

// Accounts are those that anything is known of, in no order.
func (l *Ledger) Accounts() iter.Seq[*meter.Account] {
	return maps.Values(l.accounts)
}

// Posted is the sum of all lines of an instance.
func (l *Ledger) Posted(instance string) pricebook.Amount {
	if n, known := l.chain.numbers[instance]; known {
		return l.running[n].posted
	}
	return 0
}

// add takes a fact into its account. Started are the accounts of instances that earlier facts of the block started.
func (l *Ledger) add(f meter.Fact, started map[string]string) (bool, error) {
	if f.Kind == meter.Start {
		owner, known := started[f.Instance]
		if n, ok := l.chain.numbers[f.Instance]; ok {
			owner, known = l.chain.machines[n].Account, true
		}
		if known && owner != f.Account {
			return false, fmt.Errorf("%w: %w: %q starts instance %q of another account", meter.ErrFact, ErrForeign, f.Key, f.Instance)
		}
	}
	account := l.accounts[f.Account]
	if account == nil {
		account = meter.NewAccount(f.Account, l.book)
	}
	added, err := account.Add(f)
	if err != nil || !added {
		return added, err
	}
	l.accounts[f.Account] = account
	if f.Instance != "" && f.Kind != meter.Limit {
		l.changed[change{account, f.Instance}] = true
	}
	if f.Kind == meter.Start {
		started[f.Instance] = f.Account
	}
	return true, nil
}

// write seals a block that the ledger's state already answers to, and appends it.
func (l *Ledger) write(b Block) (Block, error) {
	b.Shard, b.Sequence, b.Previous = l.chain.head.Shard, l.chain.head.Blocks, l.chain.head.Hash
	b, err := Seal(b)
	if err != nil {
		return Block{}, err
	}
	return b, l.append(b)
}

// append takes a block into the chain, and its lines and new machines into the ledger.
func (l *Ledger) append(b Block) error {
	if err := l.chain.Append(b); err != nil {
		return err
	}
	for n := len(l.running); n < len(l.chain.machines); n++ {
		l.running = append(l.running, running{})
	}
	for _, line := range b.Lines {
		l.running[line.Machine].posted += line.Amount // at most what was charged, which fits
	}
	return nil
}

// apply takes in a block that was written before.
func (l *Ledger) apply(b Block) error {
	if err := l.chain.follows(&b); err != nil {
		return err
	}
	if b.Tick != 0 {
		lines, err := l.lines(b.Tick)
		if err != nil {
			return err
		}
		if !slices.Equal(lines, b.Lines) {
			due := b
			due.Lines = lines
			want, _ := due.encode()
			return b.fault(differ(want, b.Bytes), ErrLedger, "%s", l.disagree(lines, b.Lines))
		}
		return l.append(b)
	}
	started := map[string]string{}
	for _, f := range b.Facts {
		added, err := l.add(f, started)
		if err != nil {
			return b.fault(0, ErrLedger, "%s", err)
		}
		if !added {
			return b.fault(0, ErrLedger, "fact %q of account %q is there already", f.Key, f.Account)
		}
	}
	return l.append(b)
}

// disagree says at which machine lines differ first.
func (l *Ledger) disagree(want, got []Line) string {
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	say := func(lines []Line) string {
		if at == len(lines) {
			return "no more lines"
		}
		return fmt.Sprintf("%d quanta of machine %d", lines[at].Amount, lines[at].Machine)
	}
	return fmt.Sprintf("line %d: %s, the facts say %s", at, say(got), say(want))
}
