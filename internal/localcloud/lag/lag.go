// Package lag lets reads run behind changes, as those of EC2 and Systems Manager do: for a while, a read answers as if
// the last change had not happened (EC2 API Reference, Eventual consistency in the Amazon EC2 API).
//
// The rule is exact. A change of an object gives it a lag of K reads. The next K reads of that object see it as it was
// before the change, or not at all when the change made it; from the next read on it is seen as it is. A change during
// a lag prolongs it to its own K and is hidden with what was hidden already, so nothing is seen half-way or in another
// order. Reads are counted, never timed, so a test meets the same answers on a slow machine.
//
// Writes are not behind: a client token finds its instance and a taken name is taken, also while no read shows it.
package lag

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
)

// Config says how far reads are behind. The zero value is not at all.
type Config struct {
	// Reads is the longest lag. With Seed 0 every change lags by exactly so many reads; otherwise each by 0 to Reads,
	// drawn from Seed, the kind of object and how many changes of that kind there were before.
	Reads int
	Seed  uint64
}

// Lag is how far the reads of one kind of object are behind. It is safe for concurrent use.
type Lag[T any] struct {
	reads int
	draw  *rand.Rand // nil: always reads

	mu     sync.Mutex
	hidden map[string]*hidden[T]
}

// hidden is a change that reads do not see yet.
type hidden[T any] struct {
	before *T // nil when the object did not exist
	left   int
}

// New returns the lag of one kind of object. Objects themselves have no say in it: their ids are random.
func New[T any](cfg Config, kind string) *Lag[T] {
	l := &Lag[T]{reads: cfg.Reads, hidden: map[string]*hidden[T]{}}
	if cfg.Seed != 0 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(kind))                        // never fails (hash.Hash)
		l.draw = rand.New(rand.NewPCG(cfg.Seed, h.Sum64())) //nolint:gosec // a seed must bring the same lags again
	}
	return l
}

// Changed begins the lag of the object under key. before is what it was, which must not change any more; nil when it
// did not exist.
func (l *Lag[T]) Changed(key string, before *T) {
	if l.reads == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.reads
	if l.draw != nil {
		k = l.draw.IntN(l.reads + 1)
	}
	switch h := l.hidden[key]; {
	case h != nil:
		h.left = max(h.left, k)
	case k > 0:
		l.hidden[key] = &hidden[T]{before, k}
	}
}

// See counts one read of the object under key and returns what it sees: now, or what was before, which is nil for an
// object that did not exist.
func (l *Lag[T]) See(key string, now *T) *T {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.hidden[key]
	if h == nil {
		return now
	}
	if h.left--; h.left == 0 {
		delete(l.hidden, key)
	}
	return h.before
}

// Forget ends the lag of an object that is gone.
func (l *Lag[T]) Forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.hidden, key)
}
