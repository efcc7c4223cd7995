package tropic

import (
	"sync"
	"time"
)

// listingGrace is how long a list of parameters may not show one that was put.
const listingGrace = time.Minute

// recentSlugs are the agents that this client put a moment ago, so that a list which lags behind does not make it forget
// them. The zero value is ready.
type recentSlugs struct {
	mu  sync.Mutex
	put map[string]map[string]time.Time // by instance id and slug
}

func (r *recentSlugs) add(instanceID, slug string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.put == nil {
		r.put = make(map[string]map[string]time.Time)
	}
	if r.put[instanceID] == nil {
		r.put[instanceID] = make(map[string]time.Time)
	}
	r.put[instanceID][slug] = now
}

func (r *recentSlugs) remove(instanceID, slug string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.put[instanceID], slug)
}

// of returns the agents of a machine that a list may lack, and forgets those that it must show by now.
func (r *recentSlugs) of(instanceID string, now time.Time) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for slug, at := range r.put[instanceID] {
		if now.Sub(at) > listingGrace {
			delete(r.put[instanceID], slug)
			continue
		}
		out = append(out, slug)
	}
	if len(out) == 0 {
		delete(r.put, instanceID)
	}
	return out
}
