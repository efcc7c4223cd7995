package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/simulate"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const simulateHelp = `Simulate charges many running machines, an account each, by the service's own code, on a real store and in fake time. It
prints JSON: how long ticks took, what a charge costs in time of the processor and in bytes, by how much the store grows in a
year, and whether all charges are right (conservation), for which it reads everything back: the sum of all lines is rate x time
of every machine, what wallets paid is what revenue got, and a sixteenth of the shards is replayed to the same hash. The exit
code is 1 when anything of that fails.

The store must be new: sqlite:PATH of a file that does not exist yet, the postgres://… of an empty database, or memory. Facts
come as blocks of the ledger; the table of facts, which ticks do not touch, is left out.

In the mode "rows" a row is written for each charge, in tables of simulate's own. The meter does not do that; it is there to
compare.`

// errNotConserved is about charges that are wrong.
var errNotConserved = errors.New("the charges are not right")

func (m *meterCommands) newSimulate() *cobra.Command {
	c := simulate.Config{Mode: simulate.Packed}
	cmd := &cobra.Command{
		Use:     "simulate",
		Short:   "Measure and check ticks of many running machines, on a new store",
		Long:    simulateHelp,
		Example: "  tropic meter simulate --instances 1000000 --ticks 12 --store sqlite:simulation.db",
		Args:    exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := m.readPrices(); err != nil {
				return err
			}
			collectLess()
			c.Store, c.Book = m.address, m.book
			if c.Store == "" {
				c.Store = "memory"
			}
			c.Progress = m.app.progress()
			report, err := simulate.Run(cmd.Context(), c)
			if errors.Is(err, simulate.ErrConfig) || errors.Is(err, simulate.ErrNotFresh) || errors.Is(err, store.ErrAddress) {
				return &usageError{err}
			}
			if err != nil {
				return err
			}
			if err := m.app.printJSON(report); err != nil {
				return err
			}
			if !report.Conservation.Holds {
				return fmt.Errorf("%w: %s", errNotConserved, report.Conservation.Fault)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&c.Instances, "instances", 1_000_000, "how many machines run")
	flags.IntVar(&c.Ticks, "ticks", 12, "how many ticks of five minutes")
	flags.StringVar((*string)(&c.Mode), "mode", string(simulate.Packed), "packed, as the service does, or rows, to compare")
	return cmd
}

// progress shows how far work is, when errors go to a terminal; else it is nil.
func (a *app) progress() func(done, total int) {
	file, isFile := a.stderr.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(file), progressbar.OptionClearOnFinish())
		}
		bar.ChangeMax(total)
		if _ = bar.Set(done); done == total {
			_, bar = bar.Finish(), nil
		}
	}
}
