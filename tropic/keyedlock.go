package tropic

import (
	"context"
	"sync"
)

// keyedLocks is a set of locks by name. The zero value is ready; a lock that nobody holds or waits for takes no memory.
type keyedLocks struct {
	mu    sync.Mutex
	locks map[string]*keyedLock
}

type keyedLock struct {
	token   chan struct{} // holds one value while locked
	holders int           // who holds or waits
}

// lock waits for the lock named key, or for ctx. The caller must call unlock exactly once when err is nil.
func (k *keyedLocks) lock(ctx context.Context, key string) (unlock func(), err error) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = make(map[string]*keyedLock)
	}
	l, found := k.locks[key]
	if !found {
		l = &keyedLock{token: make(chan struct{}, 1)}
		k.locks[key] = l
	}
	l.holders++
	k.mu.Unlock()

	select {
	case l.token <- struct{}{}:
		return func() { <-l.token; k.release(key, l) }, nil
	case <-ctx.Done():
		k.release(key, l)
		return nil, ctx.Err()
	}
}

func (k *keyedLocks) release(key string, l *keyedLock) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l.holders--; l.holders == 0 {
		delete(k.locks, key)
	}
}
