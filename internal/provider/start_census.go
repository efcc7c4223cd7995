package provider

import (
	"sync"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// startCensus counts the machines that a step of Terraform's starts in each account, and what they cost: the meter knows
// only those that run. As in agentCensus, a machine that is planned twice counts once. The zero value is ready; it is safe
// for concurrent use.
type startCensus struct {
	mu     sync.Mutex
	starts map[string]map[string]pricebook.Rate // by account and name
}

// start notes a machine and returns how many others have been noted in its account so far, and their rate.
func (c *startCensus) start(account, name string, rate pricebook.Rate) (others int, theirs pricebook.Rate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.starts == nil {
		c.starts = map[string]map[string]pricebook.Rate{}
	}
	if c.starts[account] == nil {
		c.starts[account] = map[string]pricebook.Rate{}
	}
	for other, r := range c.starts[account] {
		if other != name {
			others, theirs = others+1, theirs+r
		}
	}
	c.starts[account][name] = rate
	return others, theirs
}
