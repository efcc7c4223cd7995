package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const reconcileHelp = `Reconcile compares what the ledger charges with what EC2 says of each machine now: when its last session began and ended,
and its type and model. It lists every disagreement in seconds of running time and in credits, ledger less EC2: more than
nothing is charged too much. It changes nothing. The exit code is 1 when there is any beyond the tolerance, or one that no
number of seconds can say.

EC2's instants are whole seconds, and a service that looks once a minute learns of a start that much later: a tolerance of
two minutes leaves out what the next look will settle.`

// errDisagree is about a ledger that is not what EC2 says.
var errDisagree = errors.New("the ledger disagrees with EC2")

// reconciliation is what reconcile --json prints.
type reconciliation struct {
	At            meter.Instant  `json:"at"`
	Accounts      int            `json:"accounts"` // that have a ledger
	Machines      int            `json:"machines"` // that EC2 lists
	Beyond        int            `json:"beyond_tolerance"`
	Disagreements []disagreement `json:"disagreements"`
}

type disagreement struct {
	evidence.Disagreement

	Seconds string `json:"seconds"`
	Text    string `json:"credits_text"`
	Beyond  bool   `json:"beyond_tolerance"`
}

func (m *meterCommands) newReconcile() *cobra.Command {
	tolerance := 2 * time.Second
	cmd := &cobra.Command{
		Use:   "reconcile [ACCOUNT]",
		Short: "Compare the ledger with what EC2 says, in seconds and credits",
		Long:  reconcileHelp,
		Args:  usage(cobra.MaximumNArgs(1)),
	}
	run := m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
		r, err := m.reconcile(ctx, s, args, tolerance)
		if err != nil && r.At == 0 {
			return err
		}
		if printed := m.printReconciliation(r); printed != nil {
			return printed
		}
		if r.Beyond > 0 {
			err = errors.Join(fmt.Errorf("%w: %d of %d disagreements are beyond %s", errDisagree, r.Beyond, len(r.Disagreements), tolerance), err)
		}
		return err
	}, store.ReadOnly())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if tolerance < 0 {
			return &usageError{fmt.Errorf("--tolerance %s is less than nothing", tolerance)}
		}
		return run(cmd, args)
	}
	cmd.Flags().DurationVar(&tolerance, "tolerance", tolerance, "how much running time may differ")
	return cmd
}

// reconcile compares one account, or all. Facts are read before EC2 is asked, whose answer is then the later one. An error
// with a report is about machines that could not be compared.
func (m *meterCommands) reconcile(ctx context.Context, s *store.Store, args []string, tolerance time.Duration) (reconciliation, error) {
	accounts, err := m.ledgerAccounts(ctx, s, args)
	if err != nil {
		return reconciliation{}, err
	}
	client, err := m.app.client(ctx)
	if err != nil {
		return reconciliation{}, err
	}
	cloud := controller.EC2{FleetService: client.Fleet, Logger: slog.New(slog.NewTextHandler(m.app.stderr, nil))}
	machines, err := cloud.Machines(ctx)
	if err != nil {
		return reconciliation{}, err
	}
	if len(args) == 1 {
		machines = slices.DeleteFunc(machines, func(e evidence.Machine) bool { return e.Account != args[0] })
	}
	at, err := s.Now(ctx)
	if err != nil {
		return reconciliation{}, err
	}
	found, err := evidence.Compare(machines, accounts, at)
	r := reconciliation{At: at, Accounts: len(accounts), Machines: len(machines), Disagreements: []disagreement{}}
	for _, d := range found {
		beyond := isBeyond(&d, tolerance)
		if beyond {
			r.Beyond++
		}
		r.Disagreements = append(r.Disagreements, disagreement{d, strconv.FormatFloat(float64(d.Milliseconds)/1000, 'f', -1, 64), d.Credits.String(), beyond})
	}
	return r, err
}

// isBeyond tells whether a disagreement is more than a tolerance. One without running time is, whatever that is.
func isBeyond(d *evidence.Disagreement, tolerance time.Duration) bool {
	apart := (time.Duration(d.Milliseconds) * time.Millisecond).Abs()
	return apart == 0 || apart > tolerance
}

// ledgerAccounts are the accounts of the ledger: what was recorded, without what was refused.
func (m *meterCommands) ledgerAccounts(ctx context.Context, s *store.Store, names []string) (map[string]*meter.Account, error) {
	list, err := s.Refused(ctx)
	if err != nil {
		return nil, err
	}
	refused := make(map[store.FactID]bool, len(list))
	for _, r := range list {
		refused[r.FactID] = true
	}
	one := len(names) == 1
	if !one {
		byShard, err := accountsByShard(ctx, s)
		if err != nil {
			return nil, err
		}
		for _, some := range byShard {
			names = append(names, some...)
		}
	}
	out := make(map[string]*meter.Account, len(names))
	for _, name := range names {
		facts, err := s.Facts(ctx, name)
		if err != nil {
			return nil, err
		}
		if one && len(facts) == 0 {
			return nil, m.unknown(ctx, s, name)
		}
		account := meter.NewAccount(name, m.book)
		for _, f := range facts {
			if refused[store.FactID{Account: f.Account, Key: f.Key}] {
				continue
			}
			if _, err := account.Add(f); err != nil {
				return nil, err
			}
		}
		out[name] = account
	}
	return out, nil
}

func (m *meterCommands) printReconciliation(r reconciliation) error {
	if m.app.json {
		return m.app.printJSON(r)
	}
	if len(r.Disagreements) == 0 {
		_, err := fmt.Fprintf(m.app.stdout, "The ledger of %d accounts agrees with EC2's %d machines at %s.\n", r.Accounts, r.Machines, r.At)
		return err
	}
	rows := [][]string{{"ACCOUNT", "INSTANCE", "WHAT", "LEDGER", "EC2", "SECONDS", "CREDITS", ""}}
	for _, d := range r.Disagreements {
		verdict := "within tolerance"
		if d.Beyond {
			verdict = ""
		}
		rows = append(rows, []string{
			dash(d.Account), d.Instance, string(d.What), instantSaid(d.Ledger), instantSaid(d.EC2), d.Seconds, d.Text, verdict,
		})
	}
	return m.app.printTable(rows)
}

// instantSaid is when something was so, as one side of a disagreement has it.
func instantSaid(i meter.Instant) string {
	if i >= meter.Never {
		return "not yet"
	}
	return instantOr(i, "-")
}
