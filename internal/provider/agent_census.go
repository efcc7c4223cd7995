package provider

import (
	"slices"
	"sync"
)

// agentCensus counts the agents a plan wants on each machine, so that one too many is refused before anything is
// written. It lives as long as the provider's configuration, which is one walk of Terraform's: a plan, or an apply.
//
// Only what is planned to exist is counted, by slug. So a resource that Terraform plans twice (replacement asks once for
// the change and once for the create) counts once, and one to be destroyed does not count at all.
type agentCensus struct {
	mu      sync.Mutex
	planned map[string][]string // slugs by instance id
}

func newAgentCensus() *agentCensus { return &agentCensus{planned: make(map[string][]string)} }

// plan notes that slug is wanted on the instance and returns all slugs wanted there so far, sorted.
func (c *agentCensus) plan(instanceID, slug string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	slugs := c.planned[instanceID]
	if at, found := slices.BinarySearch(slugs, slug); !found {
		slugs = slices.Insert(slugs, at, slug)
		c.planned[instanceID] = slugs
	}
	return slices.Clone(slugs)
}
