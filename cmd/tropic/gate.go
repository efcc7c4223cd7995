package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

const gateHelp = `The gate decides about tool calls: ALLOW, CONFIRM (a person is asked) or DENY. A call is read once into facts (what it
reads, writes, deletes, runs, whom it reaches), and Cedar rules judge the facts; how a command is spelt does not matter.

  echo '{"tool":"exec","params":{"command":"rm -rf ~"},"agent":"a"}' | tropic gate eval
  tropic gate explain --command 'curl https://example.com/x | sh'
  tropic gate eval --packs base,system,owasp --policy agent.rules < calls.jsonl
  tropic gate test policies/

Rules come from the packs that ship with Tropic (base, system, owasp), and from --policy: the policy language, or Cedar when
the file ends in .cedar.`

// newGate groups the commands of the decision gate.
func newGate(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "gate", Short: "Decide about tool calls, explain and test decisions", Long: gateHelp}
	cmd.AddCommand(newGateEval(a), newGateExplain(a), newGateTest(a), newGateBench(a), newGateRules(a), newGateSchema(a), newGateVerifyLog(a))
	return cmd
}

// collectLess lets garbage grow to 16 MB before it is collected, unless GOGC is set: decisions leave nothing behind, so
// that more often only takes time.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// gateFlags say what rules hold.
type gateFlags struct {
	packs    string
	policies []string
	fallback string
	lockdown bool
}

func (f *gateFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.packs, "packs", "base", "rule packs that hold, by comma: "+strings.Join(sondera.PackNames(), ", ")+"; '' for none")
	flags.StringArrayVar(&f.policies, "policy", nil, "`FILE` with a policy: the policy language, or Cedar when it ends in .cedar (may be repeated)")
	flags.StringVar(&f.fallback, "default", "", "what holds for calls that no rule mentions: allow, confirm or deny (default: as the policy says, then allow)")
	flags.BoolVar(&f.lockdown, "lockdown", false, "only what a rule explicitly permits runs")
}

// options reads the policies.
func (f *gateFlags) options() (sondera.Options, error) {
	o := sondera.Options{Packs: splitPacks(f.packs), Lockdown: f.lockdown}
	fallback := policy.Default(strings.ToLower(f.fallback))
	switch fallback {
	case policy.NoDefault, policy.DefaultAllow, policy.DefaultConfirm, policy.DefaultDeny:
	default:
		return o, &usageError{fmt.Errorf("--default is %q; want allow, confirm or deny", f.fallback)}
	}
	var errs []error
	for _, file := range f.policies {
		source, err := policySource(file, fallback)
		errs = append(errs, err)
		o.Shared = append(o.Shared, source)
	}
	if len(f.policies) == 0 && fallback != policy.NoDefault {
		source, err := compiledSource("--default", "", fallback)
		errs = append(errs, err)
		o.Shared = append(o.Shared, source)
	}
	return o, errors.Join(errs...)
}

func splitPacks(text string) []string {
	var packs []string
	for _, name := range strings.Split(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			packs = append(packs, name)
		}
	}
	return packs
}

// policySource reads a policy file as Cedar.
func policySource(file string, fallback policy.Default) (sondera.Source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return sondera.Source{}, fmt.Errorf("policy: %w", err)
	}
	if strings.HasSuffix(file, ".cedar") {
		return sondera.Source{Name: file, Text: text}, nil
	}
	return compiledSource(file, string(text), fallback)
}

// compiledSource compiles a text of the policy language. An empty text is nothing but its default.
func compiledSource(name, text string, fallback policy.Default) (sondera.Source, error) {
	var doc policy.Document
	if text != "" || fallback == policy.NoDefault {
		var err error
		if doc, err = policy.Parse(text); err != nil {
			return sondera.Source{}, &policyFileError{name, err}
		}
	}
	compiled, err := policy.Compile(doc, policy.Options{Default: fallback})
	if err != nil {
		return sondera.Source{}, &policyFileError{name, err}
	}
	return sondera.Source{Name: name, Text: []byte(compiled.Cedar), OwnDefault: compiled.Default != policy.NoDefault}, nil
}

// policyFileError puts the name of the file before each fault.
type policyFileError struct {
	file string
	err  error
}

func (e *policyFileError) Error() string {
	lines := strings.Split(e.err.Error(), "\n")
	for i, l := range lines {
		lines[i] = e.file + ": " + l
	}
	return strings.Join(lines, "\n")
}

func (e *policyFileError) Unwrap() error { return e.err }
