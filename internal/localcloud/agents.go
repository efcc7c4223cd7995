package localcloud

import (
	"sync"
	"time"
)

// agents is what is known of the machines' Systems Manager agents. An agent registers a while after its machine started,
// and is heard of only as long as the machine's role lets it report: without a profile, or with a role that does not
// allow it, a machine never appears.
type agents struct {
	mu    sync.Mutex
	since map[string]time.Time // by instance id: when the agent of this boot begins to report
	known map[string]bool      // instance ids whose agent was heard of in this run
}

func newAgents() *agents { return &agents{since: map[string]time.Time{}, known: map[string]bool{}} }

// reportAction is what an agent must be allowed to register.
const reportAction = "ssm:UpdateInstanceInformation"

func (a *agents) started(id string, since time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.since[id] = since
}

func (a *agents) stopped(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.since, id)
}

// forget is for machines that are no more.
func (a *agents) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.since, id)
	delete(a.known, id)
}

// hear reports whether the agent is online, since when, and whether it ever was; allowed says what its role lets it do.
func (a *agents) hear(id string, now time.Time, allowed bool) (online bool, since time.Time, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	since, runs := a.since[id]
	online = runs && allowed && !now.Before(since)
	if online {
		a.known[id] = true
	}
	return online, since, a.known[id]
}
