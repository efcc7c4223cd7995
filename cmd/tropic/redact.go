package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

const redactHelp = `Redact copies standard input to standard output and replaces the secrets in it by [REDACTED BY SONDERA POLICY]:
keys of well-known providers, private keys, JSON web tokens, bearer tokens, passwords in URLs and settings, also one level
deep in base64 or percent encoding. Text streams through: some 20 KB are held back until it is known what they are.

With --json, the places are listed instead, one JSON object a line: {"start":…,"end":…,"class":…}, in bytes of the input.
--known FILE has further secrets, one a line or as NAME=value: they are replaced wherever they stand.

  kubectl logs my-pod | tropic redact
  tropic --json redact < notes.txt
  tropic redact --known ~/.openclaw/.env < transcript.jsonl > clean.jsonl`

// newRedact replaces secrets in a stream.
func newRedact(a *app) *cobra.Command {
	var known []string
	var list bool
	cmd := &cobra.Command{
		Use:   "redact",
		Short: "Replace the secrets in a text",
		Long:  redactHelp,
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return a.printRedactClasses()
			}
			values, err := knownSecrets(known)
			if err != nil {
				return err
			}
			r, err := redact.New(redact.Options{Known: values})
			if err != nil {
				return &usageError{err}
			}
			return a.redact(r, cmd.InOrStdin())
		},
	}
	cmd.Flags().StringArrayVar(&known, "known", nil, "`FILE` with known secrets, one a line or as NAME=value (may be repeated)")
	cmd.Flags().BoolVar(&list, "classes", false, "list the classes of secrets instead")
	return cmd
}

func (a *app) printRedactClasses() error {
	rows := [][]string{{"CLASS", "MEANING"}}
	for _, c := range redact.Classes() {
		rows = append(rows, []string{c.ID, c.Title})
	}
	return printList(a, redact.Classes(), rows)
}

// redact streams, or lists the places with --json.
func (a *app) redact(r *redact.Redactor, in io.Reader) error {
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	if !a.json {
		w := r.Writer(out, nil)
		if _, err := io.Copy(w, in); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return out.Flush()
	}
	lines := json.NewEncoder(out)
	var failed error
	rd := r.Reader(in, func(s redact.Span) {
		if err := lines.Encode(s); err != nil && failed == nil {
			failed = err
		}
	})
	if _, err := io.Copy(io.Discard, rd); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	return out.Flush()
}

// knownSecrets reads the values of files; comments, blank lines and values too short to be secrets are skipped.
func knownSecrets(files []string) ([]string, error) {
	const least = 8
	var values []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("known secrets: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok && !strings.ContainsAny(name, " :/+") {
				line = strings.Trim(strings.TrimSpace(value), `"'`)
			}
			if len(line) >= least {
				values = append(values, line)
			}
		}
	}
	return values, nil
}
