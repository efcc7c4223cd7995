package controller

import (
	"context"
	"errors"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// startWarning tells people what is near, beside all else: a receiver that hangs delays no stop.
func (c *Controller) startWarning(ctx context.Context, due []store.Intent) {
	c.warning = true
	c.call(ctx, func(ctx context.Context) func(context.Context) {
		outcomes := make([]outcome, len(due))
		for n, i := range due {
			outcomes[n] = c.warn(ctx, i)
		}
		return func(ctx context.Context) {
			c.warning = false
			if err := errors.Join(c.look(ctx), c.settle(ctx, outcomes)); err != nil {
				c.trouble(ctx, "settle what was told", err)
			}
		}
	})
}

func (c *Controller) warn(ctx context.Context, i store.Intent) outcome {
	w := Warning{Key: i.Key, Account: i.Account, Instance: i.Instance, Cause: i.Deadline.Cause, Deadline: i.Deadline.At, Before: i.Before}
	if i.Deadline.Cause == meter.BalanceSpent {
		w.Instance = ""
	}
	if i.Deadline.Until != 0 {
		w.Until = &i.Deadline.Until
	}
	c.Logger.WarnContext(ctx, "a limit is near", "account", w.Account, "instance", w.Instance, "cause", w.Cause, "deadline", w.Deadline)
	if c.Notifier == nil {
		return outcome{intent: i, text: "logged"}
	}
	return outcome{intent: i, text: "told", err: c.Notifier.Notify(ctx, w)}
}
