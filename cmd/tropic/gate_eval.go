package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

const gateEvalHelp = `Eval reads tool calls from standard input, one JSON object a line, and writes a decision for each, in their order:

  {"tool":"exec","params":{"command":"git status"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}
  {"decision":"ALLOW","rules":["default-allow"],"reason":"…"}

A line that is no call is denied, with the fault as the reason. Other members that a call may have: "session", "home",
"channel" (by which the request came), and "output", the text of a result: its decision is REDACT or ALLOW, and "text" is
what may be shown of it. If the rules cannot be loaded, every call is denied, and the exit code is 1.`

// newGateEval decides about calls on standard input.
func newGateEval(a *app) *cobra.Command {
	var flags gateFlags
	var shadow bool
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Decide about calls given as JSON lines",
		Long:  gateEvalHelp,
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectLess()
			options, faults := flags.options()
			var wrongUse *usageError
			if errors.As(faults, &wrongUse) {
				return faults
			}
			options.Shadow = shadow
			gate, err := loadGate(options, faults)
			if err := a.evaluate(cmd.Context(), gate, cmd.InOrStdin(), err); err != nil {
				return err
			}
			return err
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&shadow, "shadow", false, "decide and report, and say that nothing is enforced")
	return cmd
}

// loadGate makes a gate of options that may have faults already; then it denies everything.
func loadGate(o sondera.Options, faults error) (*sondera.Gate, error) {
	if faults != nil {
		o = sondera.Options{Lockdown: true}
	}
	gate, err := sondera.New(o)
	return gate, errors.Join(faults, err)
}

// evaluation is the answer to one line.
type evaluation struct {
	Decision sondera.Effect `json:"decision"`
	Rules    []string       `json:"rules"`
	Reason   string         `json:"reason"`
	Text     *string        `json:"text,omitempty"`     // of a result
	Enforced *bool          `json:"enforced,omitempty"` // false in shadow mode
}

// evaluate answers every line. unloaded is why there are no rules to decide by.
func (a *app) evaluate(ctx context.Context, gate *sondera.Gate, in io.Reader, unloaded error) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		answer := evaluateLine(ctx, gate, line)
		if unloaded != nil {
			answer = evaluation{Decision: sondera.Deny, Rules: []string{}, Reason: "Denied: the rules could not be loaded: " + unloaded.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
		if lines.Buffered() == 0 { // whoever sent the line waits for the answer
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func evaluateLine(ctx context.Context, gate *sondera.Gate, line []byte) evaluation {
	call, err := facts.Decode(line)
	if err == nil && call.Result {
		r := gate.Result(ctx, call)
		answer := answerOf(r.Decision)
		answer.Text = &r.Text
		return answer
	}
	return answerOf(gate.DecideLine(ctx, line))
}

func answerOf(d sondera.Decision) evaluation {
	answer := evaluation{Decision: d.Effect, Rules: d.RuleIDs(), Reason: d.Reason}
	if !d.Enforced {
		answer.Enforced = new(bool)
	}
	return answer
}

// readLine returns a line without its end. One that is longer than a call may be comes cut, which makes it malformed.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		if len(line) <= facts.MaxLine {
			line = append(line, piece...)
		}
		switch {
		case err == nil:
			return line[:max(0, len(line)-1)], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		default:
			return nil, err
		}
	}
}
