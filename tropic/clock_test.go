package tropic_test

import (
	"sync"
	"time"
)

// handClock stands still until the test moves it.
type handClock struct {
	mu      sync.Mutex
	changed *sync.Cond
	now     time.Time
	timers  map[*handTimer]bool
	done    bool
}

type handTimer struct {
	at    time.Time
	fired chan time.Time
}

func newHandClock(now time.Time) *handClock {
	c := &handClock{now: now, timers: make(map[*handTimer]bool)}
	c.changed = sync.NewCond(&c.mu)
	return c
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) NewTimer(d time.Duration) (fired <-chan time.Time, stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := &handTimer{at: c.now.Add(d), fired: make(chan time.Time, 1)}
	c.timers[timer] = true
	c.changed.Broadcast()
	return timer.fired, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.timers, timer)
	}
}

// next waits until somebody pauses with so many timers running, and moves to the first of them. It returns false when
// finish was called instead.
func (c *handClock) next(timers int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.timers) < timers && !c.done {
		c.changed.Wait()
	}
	if c.done {
		return false
	}
	var first *handTimer
	for timer := range c.timers {
		if first == nil || timer.at.Before(first.at) {
			first = timer
		}
	}
	c.now = first.at
	first.fired <- c.now
	delete(c.timers, first)
	return true
}

func (c *handClock) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = true
	c.changed.Broadcast()
}
