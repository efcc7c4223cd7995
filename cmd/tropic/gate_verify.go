package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/audit"
)

const verifyLogHelp = `Verify-log reads an audit log from end to end and says what is wrong with it: a line that was changed, that is missing,
stands twice or at another place, a rotated file that is gone. Exit code 1 means that something is.

Give the directory of the log (~/.openclaw/.sondera), or files of it in their order. Without a key, the log shows accidents
and clumsy hands: whoever may write the files can write the whole chain anew. --key-file has the key under which the gate
wrote it, in hexadecimal. --anchor SEQUENCE:HASH, noted at another place before, must still be in the log: it shows that
nothing before it was replaced or cut off.`

// newGateVerifyLog checks an audit log.
func newGateVerifyLog(a *app) *cobra.Command {
	var keyFile string
	var anchors []string
	cmd := &cobra.Command{
		Use:   "verify-log DIR | FILE…",
		Short: "Check that an audit log is whole",
		Long:  verifyLogHelp,
		Args:  usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := verifyOptions(keyFile, anchors)
			if err != nil {
				return err
			}
			report, err := verifyLog(cmd, options, args)
			if err != nil {
				return err
			}
			return a.printReport(report)
		},
	}
	cmd.Flags().StringVar(&keyFile, "key-file", "", "`FILE` with the key of the log, in hexadecimal")
	cmd.Flags().StringArrayVar(&anchors, "anchor", nil, "`SEQUENCE:HASH` of a line that must be there (may be repeated)")
	return cmd
}

func verifyOptions(keyFile string, anchors []string) (audit.VerifyOptions, error) {
	var o audit.VerifyOptions
	if keyFile != "" {
		text, err := os.ReadFile(keyFile)
		if err != nil {
			return o, fmt.Errorf("key: %w", err)
		}
		if o.Key, err = hex.DecodeString(strings.TrimSpace(string(text))); err != nil {
			return o, &usageError{fmt.Errorf("the key in %s is no hexadecimal number", keyFile)}
		}
	}
	for _, text := range anchors {
		var anchor audit.Anchor
		if n, err := fmt.Sscanf(text, "%d:%s", &anchor.Seq, &anchor.Hash); err != nil || n != 2 {
			return o, &usageError{fmt.Errorf("--anchor is %q; want SEQUENCE:HASH", text)}
		}
		o.Anchors = append(o.Anchors, anchor)
	}
	return o, nil
}

func verifyLog(cmd *cobra.Command, o audit.VerifyOptions, args []string) (audit.Report, error) {
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
		if len(args) > 1 {
			return audit.Report{}, &usageError{errors.New("give one directory, or files")}
		}
		return audit.Verify(cmd.Context(), args[0], o)
	}
	return audit.VerifyFiles(cmd.Context(), o, args...)
}

func (a *app) printReport(r audit.Report) error {
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		for _, f := range r.Faults {
			fmt.Fprintln(a.stdout, f)
		}
		if n := r.FaultCount - int64(len(r.Faults)); n > 0 {
			fmt.Fprintf(a.stdout, "… and %d more\n", n)
		}
		fmt.Fprintf(a.stdout, "%d lines in %d files, last line %d:%s\n", r.Lines, r.Files, r.Last.Seq, r.Last.Hash)
		if !r.Authenticated {
			fmt.Fprintln(a.stdout, "No key was given: a log that was written anew from end to end would pass.")
		}
	}
	if !r.Clean() {
		return fmt.Errorf("the log has %d faults", r.FaultCount)
	}
	return nil
}
