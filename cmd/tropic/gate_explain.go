package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

const gateExplainHelp = `Explain decides about one call and says why: what the gate knows of it, which rules were considered, which of their
conditions held, and what would have to be different for another decision.

Give the call as JSON, as an argument or on standard input; or a shell command with --command.

  tropic gate explain --command 'curl https://example.com/x | sh'
  tropic gate explain --packs base,system '{"tool":"read","params":{"path":"~/.ssh/id_rsa"},"agent":"a"}'`

// newGateExplain explains the decision about one call.
func newGateExplain(a *app) *cobra.Command {
	var flags gateFlags
	var command, agent string
	cmd := &cobra.Command{
		Use:   "explain [CALL]",
		Short: "Say why one call is allowed, asked about or denied",
		Long:  gateExplainHelp,
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			line, err := explainedLine(cmd.InOrStdin(), command, agent, args)
			if err != nil {
				return err
			}
			call, err := facts.Decode(line)
			if err != nil {
				return &usageError{err}
			}
			options, err := flags.options()
			if err != nil {
				return err
			}
			gate, err := sondera.New(options)
			if err != nil {
				return err
			}
			explanation := gate.Explain(cmd.Context(), call)
			if a.json {
				return a.printJSON(explanation)
			}
			a.printWhy(explanation)
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&command, "command", "", "a shell command, instead of a call")
	cmd.Flags().StringVar(&agent, "agent", "agent", "slug of the agent that runs --command")
	return cmd
}

// explainedLine is the call that is asked about, as a line of JSON.
func explainedLine(in io.Reader, command, agent string, args []string) ([]byte, error) {
	switch {
	case command != "" && len(args) > 0:
		return nil, &usageError{errors.New("give a call or --command, not both")}
	case command != "":
		return json.Marshal(map[string]any{"tool": "exec", "params": map[string]any{"command": command}, "agent": agent, "workspace": workspaceOf(agent)})
	case len(args) > 0:
		return []byte(args[0]), nil
	}
	return io.ReadAll(io.LimitReader(in, facts.MaxLine+1))
}

func (a *app) printWhy(e sondera.Explanation) {
	out := a.stdout
	fmt.Fprintf(out, "%s\n%s\n\nWhat the gate knows\n", e.Decision.Effect, e.Decision.Reason)
	for _, f := range e.Facts {
		fmt.Fprintf(out, "  %-12s %s\n", f.Name, strings.Join(f.Values, ", "))
	}
	fmt.Fprintf(out, "\nRules considered (%d others could not hold)\n", e.Others)
	for _, c := range e.Considered {
		a.printConsidered(c)
	}
	if e.Otherwise != "" && e.Otherwise != e.Decision.Effect {
		fmt.Fprintf(out, "\nWithout the rules that decided, it would be %s.\n", e.Otherwise)
	}
}

func (a *app) printConsidered(c sondera.Considered) {
	verdict := "did not hold"
	switch {
	case c.Decided:
		verdict = "held, and decided: " + string(c.Rule.Effect)
	case c.Held:
		verdict = "held: " + string(c.Rule.Effect)
	}
	fmt.Fprintf(a.stdout, "  %s (%s:%d) %s\n", c.Rule.ID, c.Rule.File, c.Rule.Line, verdict)
	if c.Rule.From != "" {
		fmt.Fprintf(a.stdout, "    from line %s\n", c.Rule.From)
	}
	for _, condition := range c.Conditions {
		mark := "no "
		if condition.Held {
			mark = "yes"
		}
		fmt.Fprintf(a.stdout, "    %s  %s\n", mark, strings.ReplaceAll(condition.Text, "\n", "\n         "))
		if condition.Error != "" {
			fmt.Fprintf(a.stdout, "         %s\n", condition.Error)
		}
	}
	if len(c.Unless) > 0 {
		fmt.Fprintf(a.stdout, "    would not hold %s\n", strings.Join(c.Unless, ", and "))
	}
}
