package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const grantHelp = `Grant gives credits to an account. A grant with a key is given once, however often the command runs: scripts give one, such
as the number of an order. Grants of a lower priority are spent first, then those that expire first.`

func (m *meterCommands) newGrant() *cobra.Command {
	f := meter.Fact{Kind: meter.Grant}
	var expires string
	cmd := &cobra.Command{
		Use:   "grant ACCOUNT CREDITS",
		Short: "Give credits to an account",
		Long:  grantHelp,
		Args:  exactArgs(2),
		RunE: m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
			amount, err := pricebook.ParseAmount(args[1])
			if err != nil {
				return &usageError{err}
			}
			f.Account, f.Amount = args[0], amount
			if f.Effective, err = s.Now(ctx); err != nil {
				return err
			}
			if f.Expires, err = m.instant(expires); err != nil {
				return err
			}
			if f.Key == "" {
				f.Key = "grant:" + uuid.NewString()
			}
			return m.grant(ctx, s, f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.Key, "key", "", "which grant this is: the same key is never given twice (default: a new one)")
	flags.StringVar(&expires, "expires", "", "until when it must be spent, as 2026-12-31 or RFC 3339 (default: never)")
	flags.IntVar(&f.Priority, "priority", 0, "which grant is spent first: lower before higher")
	flags.Int64Var(&f.CostCents, "cost-cents", 0, "what was paid for it, in US cents; 0 is promotional")
	flags.StringVar(&f.Reason, "reason", "", "a note for people")
	return cmd
}

// grant adds the fact. One with its key that is there already is left as it is, when it says the same.
func (m *meterCommands) grant(ctx context.Context, s *store.Store, f meter.Fact) error {
	if known, err := s.Fact(ctx, f.Account, f.Key); err != nil {
		return err
	} else if known != nil {
		f.Effective = known.Effective // it was given then
	}
	added, err := s.Append(ctx, f)
	if err != nil {
		return err
	}
	if m.app.json {
		return m.app.printJSON(map[string]any{"account": f.Account, "key": f.Key, "quanta": f.Amount, "credits": f.Amount.String(), "given": added == 1})
	}
	if added == 0 {
		_, err = fmt.Fprintf(m.app.stdout, "Grant %s was given to %s before; nothing was changed.\n", f.Key, f.Account)
		return err
	}
	_, err = fmt.Fprintf(m.app.stdout, "%s credits given to %s (%s).\n", f.Amount, f.Account, f.Key)
	return err
}

// instant reads a date, in UTC, or an instant; "" is 0.
func (m *meterCommands) instant(text string) (meter.Instant, error) {
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return meter.At(t), nil
		}
	}
	return 0, &usageError{fmt.Errorf("%q is no instant; want one such as 2026-12-31 (in UTC) or 2026-12-31T18:00:00+01:00", text)}
}
