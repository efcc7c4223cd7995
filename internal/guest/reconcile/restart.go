package reconcile

import (
	"context"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
)

// restartCauses says which units run on files that this run replaces.
func (r *run) restartCauses(todo plan, configDue bool) map[group]string {
	causes := map[group]string{}
	if slices.ContainsFunc(todo.writes, func(f file) bool { return f.path == openclaw.EnvironmentPath }) ||
		slices.ContainsFunc(todo.removals, func(f removal) bool { return f.path == openclaw.EnvironmentPath }) {
		causes[groupCredentials] = service.Gateway
	}
	if slices.ContainsFunc(todo.writes, func(f file) bool { return f.group == groupLease }) {
		causes[groupLease] = lease.Timer
	}
	if content, ok := r.renderConfig(); ok && configDue && openclaw.NeedsRestart(r.config, content) {
		causes[groupConfig] = service.Gateway
	}
	return causes
}

// restartsDue are the units left over from the last run, and those of this run's causes that did not fail.
func (r *run) restartsDue() []string {
	due := slices.Clone(r.before.Restart)
	for g, unit := range r.causes {
		if r.failed[g] == nil {
			due = append(due, unit)
		}
	}
	slices.Sort(due)
	return slices.Compact(due)
}

// settle restarts what runs on replaced files, writes the ledger and waits for the gateway.
func (r *run) settle(ctx context.Context) {
	r.after.Restart = r.restartAll(ctx, openclaw.HasToken(r.readConfig()))
	r.after.Dirty = false
	if !r.after.equal(r.onDisk) {
		if err := r.after.save(r.tree, r.who.root); err != nil {
			r.problem("the ledger could not be written, so the next run does this one's work again: %v", err)
		}
	}
	r.status.Services = r.Services.Settle(ctx, r.HealthLimit)
}

// restartAll restarts the units that are due, and returns those that could not be. A gateway without a token is stopped.
func (r *run) restartAll(ctx context.Context, hasToken bool) (left []string) {
	if !hasToken {
		r.stopGateway(ctx)
	}
	for _, unit := range r.restartsDue() {
		if unit == service.Gateway && !hasToken {
			left = append(left, unit)
			continue
		}
		restarted, err := r.restart(ctx, unit)
		if err != nil {
			left = append(left, unit)
			r.problem("%s runs on replaced files: %v", unit, err)
		}
		if restarted {
			r.restarted = append(r.restarted, unit)
		}
	}
	return left
}

func (r *run) restart(ctx context.Context, unit string) (restarted bool, err error) {
	if unit == lease.Timer {
		return r.restartLease(ctx)
	}
	return r.Services.Restart(ctx, unit)
}

// stopGateway is for a machine whose openclaw.json names no token, such as one of an image, when none could be written:
// the gateway would make one up that nobody knows, so it does not run at all.
func (r *run) stopGateway(ctx context.Context) {
	stopped, err := r.Services.Stop(ctx, service.Gateway)
	switch {
	case err != nil:
		r.problem("%s runs without a gateway token and could not be stopped: %v", service.Gateway, err)
	case stopped:
		r.problem("%s was stopped: %s names no gateway token", service.Gateway, openclaw.ConfigPath)
	}
}
