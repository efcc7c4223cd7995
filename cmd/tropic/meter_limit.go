package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const limitHelp = `Limit shows what an account, or one machine of it, may spend, or sets it: those limits that are named; the others stay as they
are. A limit of 0 is none. A machine is bound by its account's limits, too; its own session and grace hold instead of those.

  tropic meter limit alice                                   show
  tropic meter limit alice --daily-cap 500 --zone Europe/Berlin
  tropic meter limit alice --instance i-0abc --max-session 4h
  tropic meter limit alice --grace 1h                        run on when the meter is down
  tropic meter limit alice --none                            take all of them away

The grace is for how much longer than usual a machine runs on while the meter cannot be reached, at most 168h. Without one it
stops within 15 minutes. It never runs past its credits or limits as they were known then.`

// limitFlags are the limits that were named.
type limitFlags struct {
	instance, key, dailyCap, zone string
	maxSession, grace             time.Duration
	none                          bool
	given                         *pflag.FlagSet
}

func (m *meterCommands) newLimit() *cobra.Command {
	var f limitFlags
	cmd := &cobra.Command{
		Use:   "limit ACCOUNT",
		Short: "Show or set what an account, or one machine of it, may spend",
		Long:  limitHelp,
		Args:  exactArgs(1),
	}
	f.given = cmd.Flags()
	f.given.StringVar(&f.instance, "instance", "", "one machine's own limits, by its EC2 instance id (default: the account's)")
	f.given.StringVar(&f.dailyCap, "daily-cap", "", "credits in a day of the account")
	f.given.DurationVar(&f.maxSession, "max-session", 0, "how long a machine may run from its start, as 4h")
	f.given.StringVar(&f.zone, "zone", "", "time zone of the account's days, as Europe/Berlin")
	f.given.DurationVar(&f.grace, "grace", 0, "how much longer than usual a machine runs on when the meter is down, as 1h")
	f.given.BoolVar(&f.none, "none", false, "take all limits away")
	f.given.StringVar(&f.key, "key", "", "which setting this is: the same key sets limits once (default: a new one)")
	show := m.onAccount(func(ctx context.Context, s *store.Store, a *meter.Account) error {
		return m.showLimits(ctx, s, a, f.instance)
	})
	set := m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
		return m.setLimits(ctx, s, args[0], &f)
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.check(args[0]); err != nil {
			return &usageError{err}
		}
		if f.sets() {
			return set(cmd, args)
		}
		return show(cmd, args)
	}
	return cmd
}

// sets tells whether limits are set, and not shown.
func (f *limitFlags) sets() bool { return f.none || f.named() }

// named tells whether any limit is.
func (f *limitFlags) named() bool {
	return f.given.Changed("daily-cap") || f.given.Changed("max-session") || f.given.Changed("zone") || f.given.Changed("grace")
}

// check refuses what makes no sense together, or as limits of anything. The store refuses the rest.
func (f *limitFlags) check(account string) error {
	switch {
	case f.none && f.named():
		return errors.New("--none takes all limits away; leave the others out, or it")
	case f.key != "" && !f.sets():
		return errors.New("--key is of limits that are set; name one, or --none")
	case f.instance != "" && f.given.Changed("zone"):
		return errors.New("a machine's days are those of its account; leave --zone out, or set the account's")
	case f.maxSession%time.Second != 0 || f.grace%time.Second != 0:
		return errors.New("sessions and grace are limited to whole seconds")
	}
	if _, err := client.LimitsOf(meter.Limits{MaxSession: f.maxSession, Grace: f.grace}).Meter(); err != nil {
		return err
	}
	return client.CheckAccount(account)
}

// over are limits with those in their place that were named.
func (f *limitFlags) over(l meter.Limits) (meter.Limits, error) {
	if f.none {
		return meter.Limits{}, nil
	}
	if f.given.Changed("daily-cap") {
		amount, err := pricebook.ParseAmount(f.dailyCap)
		if err != nil {
			return l, &usageError{err}
		}
		l.DailyCap = amount
	}
	if f.given.Changed("max-session") {
		l.MaxSession = f.maxSession
	}
	if f.given.Changed("grace") {
		l.Grace = f.grace
	}
	if f.given.Changed("zone") {
		l.Zone = f.zone
	}
	return l, nil
}

// setLimits adds a fact about limits, which takes effect after those before it. One with its key that is there already is
// left as it is, when it says the same.
func (m *meterCommands) setLimits(ctx context.Context, s *store.Store, account string, flags *limitFlags) error {
	a, err := report.Account(ctx, s, m.book, account)
	if err != nil {
		return err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	f := meter.Fact{
		Key: flags.key, Kind: meter.Limit, Account: account, Instance: flags.instance, Effective: a.LimitsFrom(flags.instance, now),
		Evidence: "command line",
	}
	if f.Key == "" {
		f.Key = "limit:" + uuid.NewString()
	}
	known, err := s.Fact(ctx, account, f.Key)
	if err != nil {
		return err
	}
	if known != nil {
		f.Effective = known.Effective // it was set then, over what there was before
	}
	before, err := a.LimitsAt(f.Instance, f.Effective-1)
	if err != nil {
		return err
	}
	if f.Instance != "" {
		before.Zone = "" // days are the account's
	}
	if f.Limits, err = flags.over(before); err != nil {
		return err
	}
	added, err := s.Append(ctx, f)
	if err != nil {
		return err
	}
	if a, err = report.Account(ctx, s, m.book, account); err != nil {
		return err
	}
	if added == 0 && !m.app.json {
		fmt.Fprintf(m.app.stdout, "Limits were set by %s before; nothing was changed.\n", f.Key)
	}
	return m.printLimits(a, f.Instance, max(now, f.Effective))
}

func (m *meterCommands) showLimits(ctx context.Context, s *store.Store, a *meter.Account, instance string) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	return m.printLimits(a, instance, now)
}

// printLimits says which limits hold at an instant, as the API does.
func (m *meterCommands) printLimits(a *meter.Account, instance string, at meter.Instant) error {
	l, err := a.LimitsAt(instance, at)
	if err != nil {
		return err
	}
	wire := client.LimitsOf(l)
	if m.app.json {
		return m.app.printJSON(wire)
	}
	of := a.Name()
	if instance != "" {
		of = instance + " of " + of + ", beside those of the account"
	}
	fmt.Fprintf(m.app.stdout, "Limits of %s:\n\n", of)
	dailyCap := "none"
	if l.DailyCap != 0 {
		dailyCap = l.DailyCap.String() + " credits"
	}
	return m.app.printTable([][]string{
		{"DAILY CAP", dailyCap},
		{"LONGEST SESSION", lengthOr(l.MaxSession, "none")},
		{"GRACE", lengthOr(l.Grace, "none")},
		{"DAYS IN", wire.Zone},
	})
}

// lengthOr is a duration in text, or another text when there is none.
func lengthOr(d time.Duration, none string) string {
	if d == 0 {
		return none
	}
	return d.String()
}
