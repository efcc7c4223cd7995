// Package coalesce merges concurrent look-ups of single keys into few calls that take many keys.
package coalesce

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// callTimeout bounds a call that several callers share; it does not end with any one caller's context.
const callTimeout = 2 * time.Minute

// Call looks keys up. A key that does not exist is absent from the result.
type Call[K comparable, V any] func(ctx context.Context, keys []K) (map[K]V, error)

// Loader looks keys up, one call at a time: keys that are asked for while a call runs share the next one. So a lone
// caller is not delayed, and many cost few calls. It is no cache: what Get returns was read by a call that began after
// Get did. A Loader is safe for concurrent use.
type Loader[K comparable, V any] struct {
	limit  int
	call   Call[K, V]
	isOnes func(error) bool

	mu      sync.Mutex
	queue   []K // waiting keys, in the order of asking
	waiting map[K]*lookup[V]
	busy    bool
}

// lookup is one key on its way, for all who asked for it.
type lookup[V any] struct {
	done    chan struct{}
	asker   *asker // who asked first
	callers int
	batch   *batch // once its call began
	value   V
	found   bool
	err     error
}

// asker tells one Get from another.
type asker struct{ _ byte }

// batch is a call under way.
type batch struct {
	callers int  // look-ups that somebody waits for, once for each who does
	shared  bool // by several Gets
	cancel  context.CancelFunc
}

// New returns a loader over a call that takes at most limit keys. isOnes tells the errors that one key can cause, such
// as a refused name: when a call that several callers share fails so, each of them repeats it with its own keys, so that
// none fails for another's.
func New[K comparable, V any](limit int, call Call[K, V], isOnes func(error) bool) *Loader[K, V] {
	return &Loader[K, V]{limit: limit, call: call, isOnes: isOnes, waiting: make(map[K]*lookup[V])}
}

// Get returns the values of the keys that exist. A caller that gives up does not cancel the call for the others.
func (l *Loader[K, V]) Get(ctx context.Context, keys ...K) (map[K]V, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	asked := l.ask(ctx, keys)
	out := make(map[K]V, len(asked))
	for key, mine := range asked {
		select {
		case <-mine.done:
		case <-ctx.Done():
			l.leave(asked)
			return nil, ctx.Err()
		}
		switch {
		case mine.err == nil && mine.found:
			out[key] = mine.value
		case mine.err != nil:
			l.leave(asked)
			if mine.batch.shared && l.isOnes(mine.err) {
				return l.alone(ctx, slices.Collect(maps.Keys(asked)))
			}
			return nil, mine.err
		}
	}
	return out, nil
}

// ask queues the keys, or joins those that wait already, and sees to it that somebody works the queue.
func (l *Loader[K, V]) ask(ctx context.Context, keys []K) map[K]*lookup[V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	me := &asker{}
	asked := make(map[K]*lookup[V], len(keys))
	for _, key := range keys {
		if asked[key] != nil {
			continue
		}
		entry := l.waiting[key]
		if entry == nil {
			entry = &lookup[V]{done: make(chan struct{}), asker: me}
			l.waiting[key] = entry
			l.queue = append(l.queue, key)
		}
		entry.callers++
		asked[key] = entry
	}
	if !l.busy && len(l.queue) > 0 {
		l.busy = true
		go l.work(context.WithoutCancel(ctx))
	}
	return asked
}

// leave takes a caller's interest back; a call that nobody waits for any more ends.
func (l *Loader[K, V]) leave(asked map[K]*lookup[V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, entry := range asked {
		entry.callers--
		if b := entry.batch; b != nil {
			if b.callers--; b.callers == 0 {
				b.cancel()
			}
		}
	}
}

// work makes calls until nothing waits.
func (l *Loader[K, V]) work(ctx context.Context) {
	for {
		bounded, cancel := context.WithTimeout(ctx, callTimeout)
		keys, entries := l.take(cancel)
		if len(keys) == 0 {
			cancel()
			return
		}
		values, err := l.call(bounded, keys)
		cancel()
		for i, key := range keys {
			entries[i].value, entries[i].found = values[key]
			entries[i].err = err
			close(entries[i].done)
		}
	}
}

// take removes from the queue the next keys that somebody still waits for; when there are none the work is over.
func (l *Loader[K, V]) take(cancel context.CancelFunc) (keys []K, entries []*lookup[V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := &batch{cancel: cancel}
	taken := 0
	for _, key := range l.queue {
		if len(keys) == l.limit {
			break
		}
		taken++
		entry := l.waiting[key]
		delete(l.waiting, key)
		if entry.callers == 0 {
			continue
		}
		b.callers += entry.callers
		b.shared = b.shared || entry.callers > 1 || len(entries) > 0 && entries[0].asker != entry.asker
		entry.batch = b
		keys, entries = append(keys, key), append(entries, entry)
	}
	l.queue = slices.Delete(l.queue, 0, taken)
	l.busy = len(keys) > 0
	return keys, entries
}

// alone looks one caller's keys up in calls that nobody else has part in.
func (l *Loader[K, V]) alone(ctx context.Context, keys []K) (map[K]V, error) {
	out := make(map[K]V, len(keys))
	for batch := range slices.Chunk(keys, l.limit) {
		values, err := l.call(ctx, batch)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, values)
	}
	return out, nil
}
