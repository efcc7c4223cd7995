package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/internal/gatebench"
)

// newGateBench measures the gate on this machine.
func newGateBench(a *app) *cobra.Command {
	var each time.Duration
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure decisions and redaction on one core of this machine",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectLess()
			done := a.during("Measuring")
			report, err := gatebench.Run(cmd.Context(), each)
			done()
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(report)
			}
			return a.printBench(report)
		},
	}
	cmd.Flags().DurationVar(&each, "time", 2*time.Second, "how long each row is measured")
	return cmd
}

func (a *app) printBench(r gatebench.Report) error {
	fmt.Fprintf(a.stdout, "%d rules, %d mixed calls, one core; rates are per second of processor time, quantiles by the clock\n\n", r.Rules, r.Calls)
	rows := [][]string{{"DECISIONS", "PER SECOND", "P50", "P99", "RATIO"}}
	for _, d := range r.Decisions {
		rows = append(rows, []string{d.Name, fmt.Sprintf("%.0f", d.PerSecond), microseconds(d.P50), microseconds(d.P99), ratio(d.Ratio)})
	}
	if err := a.printTable(rows); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\nRedaction: %.0f MB/s (a result of %.1f MB with %d secrets, all classes)\n", r.RedactMBps, float64(r.RedactBytes)/1e6, r.RedactSecret)
	return nil
}

func microseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/1e3)
}

func ratio(x float64) string {
	if x < 0.01 {
		return fmt.Sprintf("1/%.0f", 1/x)
	}
	return fmt.Sprintf("%.2f", x)
}
