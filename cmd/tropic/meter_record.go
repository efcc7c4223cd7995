package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const recordHelp = `Record adds facts from standard input, one JSON object a line, all or none:

  {"key":"start:i-1:1764072000000","kind":"start","account":"alice","instance":"i-1","effective":1764072000000,"instance_type":"t3.micro","model":"anthropic/claude-sonnet-4-6"}
  {"key":"stop:i-1:1764075600000","kind":"stop","account":"alice","instance":"i-1","effective":1764075600000}

Instants are milliseconds since 1970, amounts quanta (3,600,000,000 to a credit), durations nanoseconds. A key says which fact
it is: the same fact may come any number of times, another one with its key is refused. Facts may come late and in any order.`

func (m *meterCommands) newRecord() *cobra.Command {
	var in io.Reader
	cmd := &cobra.Command{
		Use:     "record",
		Short:   "Add facts given as JSON lines",
		Long:    recordHelp,
		Args:    exactArgs(0),
		PreRunE: func(cmd *cobra.Command, _ []string) error { in = cmd.InOrStdin(); return nil },
		RunE: m.onStore(func(ctx context.Context, s *store.Store, _ []string) error {
			facts, err := readFacts(in)
			if err != nil {
				return &usageError{err}
			}
			added, err := s.Append(ctx, facts...)
			if err != nil {
				return err
			}
			if m.app.json {
				return m.app.printJSON(map[string]int{"facts": len(facts), "added": added})
			}
			_, err = fmt.Fprintf(m.app.stdout, "%d of %d facts are new.\n", added, len(facts))
			return err
		}),
	}
	return cmd
}

// maxFactLine bounds a line of record's input.
const maxFactLine = 64 << 10

func readFacts(in io.Reader) ([]meter.Fact, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxFactLine)
	var facts []meter.Fact
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var f meter.Fact
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&f); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if decoder.More() {
			return nil, fmt.Errorf("line %d: something follows the fact", n)
		}
		facts = append(facts, f)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return facts, nil
}
