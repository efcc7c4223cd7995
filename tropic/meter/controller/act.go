package controller

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// startCalls has calls to EC2 made that are due, while the replica's lease holds.
func (c *Controller) startCalls(ctx context.Context) {
	if c.now >= c.leased {
		return
	}
	if due := c.dueIntents(false); !c.acting && len(due) > 0 {
		c.startActing(ctx, due)
	}
	if due := c.dueIntents(true); !c.warning && len(due) > 0 {
		c.startWarning(ctx, due)
	}
	if !c.renewing && (c.now >= c.renewal || len(c.fleet.changed) > 0 || len(c.fleet.unheld) > 0 || len(c.fleet.toHold) > 0) {
		c.startRenewal(ctx)
	}
	if !c.sweeping && c.now >= c.sweep {
		c.startSweep(ctx)
	}
}

// most is how many intents are acted on in one round.
const most = 500

// dueIntents are warnings that are due, or other intents.
func (c *Controller) dueIntents(warnings bool) []store.Intent {
	var out []store.Intent
	for _, s := range c.shards {
		for _, open := range s.intents {
			for _, i := range open {
				if i.Due <= c.now && (i.Action == store.Warn) == warnings {
					out = append(out, i)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b store.Intent) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Key, b.Key)) })
	return out[:min(most, len(out))]
}

// outcome is what became of an intent in one round.
type outcome struct {
	intent store.Intent
	text   string
	acted  meter.Instant // when EC2 acknowledged; 0 if it was not asked
	err    error         // it is tried again
}

func (c *Controller) startActing(ctx context.Context, due []store.Intent) {
	c.acting = true
	now, end, graces := c.now, c.leaseEnd(), c.gracesOf(due)
	c.call(ctx, func(ctx context.Context) func(context.Context) {
		ctx, cancel := context.WithDeadlineCause(ctx, end, errLeaseOver)
		defer cancel()
		outcomes := c.act(ctx, due, graces, now)
		return func(ctx context.Context) {
			c.acting = false
			if err := errors.Join(c.look(ctx), c.settle(ctx, outcomes)); err != nil {
				c.trouble(ctx, "settle what was done", err)
			}
		}
	})
}

// gracesOf are those of the machines that are to be started. They do not run, so no plan knows them.
func (c *Controller) gracesOf(due []store.Intent) map[string]time.Duration {
	out := map[string]time.Duration{}
	for _, i := range due {
		s := c.shards[journal.ShardOf(i.Account)]
		if i.Action != store.StartMachine || s == nil || s.ledger.Account(i.Account) == nil {
			continue
		}
		graces, err := s.ledger.Account(i.Account).Graces(c.now, i.Instance)
		if err == nil { // an account that cannot be worked out has the usual lease
			out[i.Instance] = graces[i.Instance]
		}
	}
	return out
}

// act makes the calls of a round. It runs beside the loop, and reads nothing of its state.
func (c *Controller) act(ctx context.Context, due []store.Intent, graces map[string]time.Duration, now meter.Instant) []outcome {
	var stops, starts []store.Intent
	var out []outcome
	var ids []string
	for _, i := range due {
		switch i.Action {
		case store.StopMachine:
			stops = append(stops, i)
			ids = append(ids, i.Instance)
		case store.StartMachine:
			starts = append(starts, i)
			ids = append(ids, i.Instance)
		case store.Warn:
		}
	}
	machines, err := c.Cloud.Machines(ctx, ids...)
	if err != nil {
		return append(out, failed(append(stops, starts...), err)...)
	}
	byID := make(map[string]evidence.Machine, len(machines))
	for _, m := range machines {
		byID[m.ID] = m
	}
	out = append(out, c.stop(ctx, stops, byID)...)
	return append(out, c.start(ctx, starts, byID, graces, now)...)
}

func failed(intents []store.Intent, err error) []outcome {
	out := make([]outcome, len(intents))
	for n, i := range intents {
		out[n] = outcome{intent: i, err: err}
	}
	return out
}

// stop stops machines that still run in the session that the intent is about. The tag that says why comes first: nobody is
// to find a machine that was stopped for no reason.
func (c *Controller) stop(ctx context.Context, intents []store.Intent, machines map[string]evidence.Machine) (out []outcome) {
	byCause := map[meter.Cause][]store.Intent{}
	for _, i := range intents {
		switch m, there := machines[i.Instance]; {
		case !there:
			out = append(out, outcome{intent: i, text: "the machine is gone"})
		case m.Launched > i.Deadline.Session.Add(time.Second):
			out = append(out, outcome{intent: i, text: "a later session runs"})
		case endedByLease(&m):
			out = append(out, outcome{intent: i, text: "the machine ended by its lease", err: c.Cloud.Tag(ctx, tropic.TagHold, string(i.Deadline.Cause), i.Instance)})
		case !m.Runs():
			out = append(out, outcome{intent: i, text: "the machine had stopped already"})
		default:
			byCause[i.Deadline.Cause] = append(byCause[i.Deadline.Cause], i)
		}
	}
	for cause, intents := range byCause {
		ids := instances(intents)
		if err := c.Cloud.Tag(ctx, tropic.TagHold, string(cause), ids...); err != nil {
			out = append(out, failed(intents, err)...)
			continue
		}
		if err := expired(ctx); err != nil {
			out = append(out, failed(intents, err)...)
			continue
		}
		accepted, err := c.Cloud.Stop(ctx, ids...)
		out = append(out, c.acknowledged(ctx, intents, accepted, "stopped", err)...)
	}
	return out
}

// start starts machines that were held, with a lease that allows it.
func (c *Controller) start(
	ctx context.Context, intents []store.Intent, machines map[string]evidence.Machine, graces map[string]time.Duration, now meter.Instant,
) (out []outcome) {
	var held []store.Intent
	leases := map[meter.Instant][]string{}
	for _, i := range intents {
		switch m, there := machines[i.Instance]; {
		case !there || m.State == "terminated" || m.State == "shutting-down":
			out = append(out, outcome{intent: i, text: "the machine is gone"})
		case m.Runs() || m.Launched > i.Deadline.Session:
			out = append(out, outcome{intent: i, text: "it was started already"})
		case m.Hold == "":
			out = append(out, outcome{intent: i, text: "it is not held any more"})
		case m.State != "stopped":
			out = append(out, outcome{intent: i, err: fmt.Errorf("the machine is still %s", m.State)})
		default:
			held = append(held, i)
			end := c.machineLease(now, i.Deadline.At, graces[i.Instance])
			leases[end] = append(leases[end], i.Instance)
		}
	}
	if len(held) == 0 {
		return out
	}
	if _, err := c.writeLeases(ctx, leases); err != nil {
		return append(out, failed(held, err)...)
	}
	if err := expired(ctx); err != nil {
		return append(out, failed(held, err)...)
	}
	accepted, err := c.Cloud.Start(ctx, instances(held)...)
	if len(accepted) > 0 {
		err = errors.Join(err, c.Cloud.Untag(ctx, tropic.TagHold, accepted...)) // the next look does it otherwise
	}
	return append(out, c.acknowledged(ctx, held, accepted, "started", err)...)
}

// acknowledged tells for which machines EC2 did as it was asked.
func (c *Controller) acknowledged(ctx context.Context, intents []store.Intent, accepted []string, text string, err error) []outcome {
	at, clock := c.Store.Now(ctx)
	if clock != nil {
		return failed(intents, errors.Join(err, clock)) // the next round finds what was done
	}
	if err == nil {
		err = errors.New("EC2 did not accept it, the machine's state may be changing")
	}
	out := make([]outcome, len(intents))
	for n, i := range intents {
		out[n] = outcome{intent: i, text: text, acted: at}
		if !slices.Contains(accepted, i.Instance) {
			out[n] = outcome{intent: i, err: err}
		}
	}
	return out
}

func instances(intents []store.Intent) []string {
	out := make([]string, len(intents))
	for n, i := range intents {
		out[n] = i.Instance
	}
	return out
}

// settle records what was done: first that machines stopped, then that the intents are done.
func (c *Controller) settle(ctx context.Context, outcomes []outcome) error {
	var facts []meter.Fact
	for _, o := range outcomes {
		if o.intent.Action == store.StopMachine && o.acted != 0 {
			facts = append(facts, meter.Fact{
				Key: fmt.Sprintf("stop:%s:%d", o.intent.Instance, int64(o.acted)), Kind: meter.Stop, Account: o.intent.Account, Instance: o.intent.Instance,
				Effective: o.acted, Confidence: meter.Observed, Evidence: "StopInstances", Reason: string(o.intent.Deadline.Cause),
			})
		}
	}
	if err := c.record(ctx, facts); err != nil {
		return err
	}
	turns := map[uint32]*store.Turn{}
	for _, o := range outcomes {
		number := journal.ShardOf(o.intent.Account)
		s := c.shards[number]
		if s == nil {
			continue // another replica finds what was done
		}
		if turns[number] == nil {
			turns[number] = &store.Turn{Lease: s.lease}
		}
		turns[number].Change = append(turns[number].Change, c.changed(ctx, o))
	}
	list := make([]store.Turn, 0, len(turns))
	for _, t := range turns {
		list = append(list, *t)
	}
	return c.write(ctx, list)
}

// changed is what becomes of an intent by its outcome.
func (c *Controller) changed(ctx context.Context, o outcome) store.Change {
	i := o.intent
	change := store.Change{Key: i.Key, State: store.StateDone, Due: i.Due, Attempts: i.Attempts + 1, Outcome: o.text}
	if o.err != nil {
		change.State, change.Outcome = store.StateOpen, o.err.Error()
		change.Due = c.now.Add(min(c.Retry<<min(i.Attempts, 16), c.Sweep))
		c.trouble(ctx, string(i.Action)+" a machine", fmt.Errorf("%s of account %q, attempt %d: %w", i.Instance, i.Account, i.Attempts+1, o.err))
		return change
	}
	c.Logger.InfoContext(ctx, o.text, "action", i.Action, "instance", i.Instance, "account", i.Account, "cause", i.Deadline.Cause)
	if o.acted != 0 {
		switch i.Action {
		case store.StopMachine:
			c.fleet.stopped(i.Instance, string(i.Deadline.Cause))
		case store.StartMachine:
			c.fleet.started(i.Instance)
			c.sweep = min(c.sweep, c.now) // to learn its launch
		case store.Warn:
		}
	}
	return change
}
