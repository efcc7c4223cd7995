package controller

import (
	"container/heap"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// agenda says when to look at which account next: a heap, the earliest first. An account may be on it several times; its
// plan tells which entry counts.
type agenda struct{ entries entries }

type entry struct {
	at      meter.Instant
	account string
}

func (a *agenda) add(at meter.Instant, account string) {
	if at < meter.Never {
		heap.Push(&a.entries, entry{at, account})
	}
}

// next is when the first entry is due: Never if there is none.
func (a *agenda) next() meter.Instant {
	if len(a.entries) == 0 {
		return meter.Never
	}
	return a.entries[0].at
}

// due takes an entry off that is due.
func (a *agenda) due(now meter.Instant) (e entry, ok bool) {
	if a.next() > now {
		return entry{}, false
	}
	return heap.Pop(&a.entries).(entry), true //nolint:forcetypeassert // it holds nothing else
}

type entries []entry

func (e entries) Len() int           { return len(e) }
func (e entries) Less(i, j int) bool { return e[i].at < e[j].at }
func (e entries) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)        { *e = append(*e, x.(entry)) } //nolint:forcetypeassert // it holds nothing else
func (e *entries) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
