package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const meterHelp = `The meter knows what machines cost and when their credits end. It keeps facts, which are only ever added: grants of credits,
starts and stops of machines, limits, adjustments. All else follows from them, exactly.

  tropic meter grant alice 1000 --cost-cents 2500 --key order-4711
  tropic meter record < facts.jsonl
  tropic meter balance alice
  tropic meter forecast alice
  tropic meter statement alice --from 2026-11-01 --csv > november.csv

Facts lie in a SQLite file, or in PostgreSQL: --store sqlite:PATH or postgres://USER@HOST/DATABASE. Passwords belong into
PGPASSFILE or the variable TROPIC_METER_STORE, not on a command line.

"tropic meter serve" is the service: it watches machines on EC2, charges them and enforces limits.`

// newMeter groups the commands of the meter.
func newMeter(a *app) *cobra.Command {
	m := &meterCommands{app: a, now: time.Now, book: pricebook.Published()}
	cmd := &cobra.Command{Use: "meter", Short: "Give credits, and see what was spent and how long they last", Long: meterHelp}
	cmd.PersistentFlags().StringVar(&m.address, "store", "", "where facts are: sqlite:PATH or postgres://… (default: TROPIC_METER_STORE, then a file in the XDG state directory)")
	cmd.PersistentFlags().StringVar(&m.prices, "prices", "", "a price book as JSON (default: TROPIC_METER_PRICES, then the published one); use one book with a store, always")
	cmd.AddCommand(m.newServe(), m.newToken(), m.newGrant(), m.newLimit(), m.newRecord(), m.newBalance(), m.newForecast(), m.newStatement(), m.newReplay(), m.newReconcile(), m.newSimulate())
	return cmd
}

// meterCommands is what the commands of the meter share.
type meterCommands struct {
	app     *app
	address string
	prices  string
	now     func() time.Time
	book    *pricebook.Book
}

// onStore opens the store for a command.
func (m *meterCommands) onStore(do func(ctx context.Context, s *store.Store, args []string) error, options ...store.Option) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) (err error) {
		address, err := m.where()
		if err != nil {
			return err
		}
		if err := m.readPrices(); err != nil {
			return err
		}
		s, err := store.Open(cmd.Context(), address, m.book, options...)
		if errors.Is(err, store.ErrAddress) {
			return &usageError{err}
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return do(cmd.Context(), s, args)
	}
}

// readPrices takes the book that was named.
func (m *meterCommands) readPrices() error {
	if m.prices == "" {
		m.prices = os.Getenv("TROPIC_METER_PRICES")
	}
	if m.prices == "" {
		return nil
	}
	f, err := os.Open(m.prices)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	if m.book, err = pricebook.Read(f); err != nil {
		return &usageError{fmt.Errorf("%s: %w", m.prices, err)}
	}
	return nil
}

// onAccount reads an account that has facts for a command.
func (m *meterCommands) onAccount(do func(ctx context.Context, s *store.Store, a *meter.Account) error) func(*cobra.Command, []string) error {
	return m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
		facts, err := s.Facts(ctx, args[0])
		if err != nil {
			return err
		}
		if len(facts) == 0 {
			return m.unknown(ctx, s, args[0])
		}
		account := meter.NewAccount(args[0], m.book)
		for _, f := range facts {
			if _, err := account.Add(f); err != nil {
				return err
			}
		}
		return do(ctx, s, account)
	})
}

// errUnknownToken is about a token that there is not.
var errUnknownToken = errors.New("no such token")

// errUnknownAccount is about an account that nothing was ever recorded of.
var errUnknownAccount = errors.New("no such account")

func (m *meterCommands) unknown(ctx context.Context, s *store.Store, name string) error {
	known, err := s.Accounts(ctx, "", 5)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return fmt.Errorf("%w: %q; the store has none yet, give credits by tropic meter grant", errUnknownAccount, name)
	}
	return fmt.Errorf("%w: %q; there are %q", errUnknownAccount, name, known)
}

func (m *meterCommands) where() (string, error) {
	if m.address != "" {
		return m.address, nil
	}
	if address := os.Getenv("TROPIC_METER_STORE"); address != "" {
		return address, nil
	}
	dir, err := stateDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return "sqlite:" + filepath.Join(dir, "meter.db"), nil
}

// instantOr is an instant in text, or another text when there is none.
func instantOr(i meter.Instant, none string) string {
	if i == 0 {
		return none
	}
	return i.String()
}
