package controller

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
)

// startRenewal writes the leases of machines: of all when that is due, otherwise of accounts that something changed for.
func (c *Controller) startRenewal(ctx context.Context) {
	due := c.now >= c.renewal
	leases := map[meter.Instant][]string{}
	if due {
		for _, s := range c.shards {
			for account := range s.plans {
				c.leasesOf(s, account, leases)
			}
		}
		c.renewal = c.now.Add(c.Renewal)
	} else {
		for account := range c.fleet.changed {
			if s := c.shards[journal.ShardOf(account)]; s != nil {
				c.leasesOf(s, account, leases)
			}
		}
	}
	clear(c.fleet.changed)
	unheld, toHold := c.notHeld(), c.fleet.toHold
	c.fleet.toHold = nil
	if len(leases)+len(unheld)+len(toHold) == 0 {
		return
	}
	c.renewing = true
	end := c.leaseEnd()
	c.call(ctx, func(ctx context.Context) func(context.Context) {
		ctx, cancel := context.WithDeadlineCause(ctx, end, errLeaseOver)
		defer cancel()
		written, err := c.writeLeases(ctx, leases)
		err = errors.Join(err, c.unhold(ctx, unheld))
		for cause, ids := range toHold {
			err = errors.Join(err, c.Cloud.Tag(ctx, tropic.TagHold, string(cause), ids...))
		}
		return func(ctx context.Context) {
			c.renewing = false
			for until, ids := range written {
				for _, id := range ids {
					c.fleet.leases[id] = until
				}
			}
			if err != nil {
				c.trouble(ctx, "renew leases", err)
				c.renewal = min(c.renewal, c.now.Add(c.Retry*2))
			}
		}
	})
}

// leasesOf adds the leases of an account's machines that are to be written.
func (c *Controller) leasesOf(s *shard, account string, leases map[meter.Instant][]string) {
	p := s.plans[account]
	if p == nil {
		return
	}
	for i := range p.running {
		id, deadline := p.running[i].Instance, meter.Never
		if d, near := p.deadlines[id]; near {
			deadline = d.At
		}
		grace := p.grace[id]
		end := c.machineLease(c.now, deadline, grace)
		have, written := c.fleet.leases[id]
		shorter := end < have
		fading := end > have && have < c.now.Add(overshoot.LeaseRenewals*c.Renewal+grace-c.Renewal/2)
		if shorter || fading || !written {
			leases[end] = append(leases[end], id)
		}
	}
}

// machineLease is the end of a lease that is written now: in whole seconds, as the guest reads them, so that many machines
// share a call.
func (c *Controller) machineLease(now, deadline meter.Instant, grace time.Duration) meter.Instant {
	return overshoot.LeaseEnd(now, deadline, c.Renewal, grace, c.Margin) / 1000 * 1000
}

// notHeld are the machines that run although they bear a hold, and are not about to be stopped: somebody has started them,
// and they may run.
func (c *Controller) notHeld() []string {
	var out []string
	for id := range c.fleet.unheld {
		account := c.fleet.machines[id].Account
		if s := c.shards[journal.ShardOf(account)]; s != nil && c.mayLoseHold(s, account, id) {
			out = append(out, id)
			delete(c.fleet.unheld, id)
		}
	}
	slices.Sort(out)
	return out
}

// mayLoseHold tells whether the hold of a machine that runs may be taken away: not when it may be set again while that call
// is out, also one of a replica that dies meanwhile. The call could be the later one, and then nobody would know why the
// machine is stopped, nor start it again.
func (c *Controller) mayLoseHold(s *shard, account, id string) bool {
	p := s.plans[account]
	if p == nil || !slices.ContainsFunc(p.running, func(r meter.Segment) bool { return r.Instance == id }) {
		return false // not known yet, or stopped since the look
	}
	for _, i := range s.intents[account] {
		if i.Instance == id {
			return false
		}
	}
	d, near := p.deadlines[id]
	return !near || d.At.Sub(c.now) > c.ahead()+c.Call
}

// unhold takes the hold from those of some machines that run by a look of this moment. Since the look before one may have
// been stopped, by a replica that died before it could say so.
func (c *Controller) unhold(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	machines, err := c.Cloud.Machines(ctx, ids...)
	if err != nil {
		return err
	}
	var running []string
	for i := range machines {
		if machines[i].Runs() {
			running = append(running, machines[i].ID)
		}
	}
	if len(running) == 0 {
		return nil
	}
	return c.Cloud.Untag(ctx, tropic.TagHold, running...)
}

// tagged is how many machines are tagged by one call (CreateTags: 1,000 resources, EC2 API Reference).
const tagged = 1000

// writeLeases tags machines, those of one lease together, and returns what was written: of a very large fleet that is a part,
// and the next round goes on.
func (c *Controller) writeLeases(ctx context.Context, leases map[meter.Instant][]string) (written map[meter.Instant][]string, err error) {
	written = map[meter.Instant][]string{}
	for until, ids := range leases {
		for part := range slices.Chunk(ids, tagged) {
			if e := c.Cloud.Tag(ctx, tropic.TagLease, until.Time().Format(time.RFC3339), part...); e != nil {
				err = errors.Join(err, e)
			} else {
				written[until] = append(written[until], part...)
			}
			if ctx.Err() != nil {
				return written, err
			}
		}
	}
	return written, err
}
