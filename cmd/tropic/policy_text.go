package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

// policyFile is a policy that was read from a file of either kind.
type policyFile struct {
	source   sondera.Source
	compiled policy.Compiled // of the policy language
	cedar    bool            // it is Cedar text as it stands
}

// readPolicy reads, compiles and checks a policy.
func readPolicy(file, fallback string) (policyFile, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return policyFile{}, fmt.Errorf("policy: %w", err)
	}
	p := policyFile{cedar: strings.HasSuffix(file, ".cedar"), source: sondera.Source{Name: file, Text: text}}
	if !p.cedar {
		doc, err := policy.Parse(string(text))
		if err != nil {
			return p, &policyFileError{file, err}
		}
		if p.compiled, err = policy.Compile(doc, policy.Options{Default: policy.Default(fallback)}); err != nil {
			return p, &policyFileError{file, err}
		}
		p.source.Text = []byte(p.compiled.Cedar)
	}
	_, err = sondera.Check(p.source)
	return p, err
}

// newPolicyCheck says whether a policy file can be loaded.
func newPolicyCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE…",
		Short: "Check policy files: faults with their places, and rules that contradict or hide each other",
		Args:  usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			failed := 0
			for _, file := range args {
				p, err := readPolicy(file, "")
				if err != nil {
					a.say("%v", err)
					failed++
					continue
				}
				for _, w := range p.compiled.Warnings {
					a.say("%s: warning: %s", file, w)
				}
				fmt.Fprintf(a.stdout, "%s: ok, %d warnings\n", file, len(p.compiled.Warnings))
			}
			if failed > 0 {
				return &usageError{fmt.Errorf("%d of %d policies have faults", failed, len(args))}
			}
			return nil
		},
	}
}

// newPolicyCompile prints the Cedar text of a policy.
func newPolicyCompile(a *app) *cobra.Command {
	var fallback string
	cmd := &cobra.Command{
		Use:   "compile FILE",
		Short: "Print the Cedar text that a policy compiles to",
		Args:  exactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := readPolicy(args[0], fallback)
			if err != nil {
				return err
			}
			for _, w := range p.compiled.Warnings {
				a.say("%s: warning: %s", args[0], w)
			}
			if a.json {
				return a.printJSON(compiledRules(p.compiled))
			}
			_, err = a.stdout.Write(p.source.Text)
			return err
		},
	}
	cmd.Flags().StringVar(&fallback, "default", "", "what holds for what no line mentions, if the file does not say: allow, confirm or deny")
	return cmd
}

// newPolicyExplain says in plain words what each line does.
func newPolicyExplain(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "explain FILE",
		Short: "Say in plain words what each line of a policy does, and what the gate cannot know",
		Args:  exactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := readPolicy(args[0], "")
			if err != nil {
				return err
			}
			if p.cedar {
				return &usageError{fmt.Errorf("%s is Cedar text, which says itself what it does; explain is for the policy language", args[0])}
			}
			if a.json {
				return a.printJSON(compiledRules(p.compiled))
			}
			a.printExplanation(p.compiled)
			return nil
		},
	}
}

func (a *app) printExplanation(c policy.Compiled) {
	warnings := map[int][]string{}
	for _, w := range c.Warnings {
		warnings[w.Position.Line] = append(warnings[w.Position.Line], w.Message)
	}
	for _, r := range c.Rules {
		line := r.Rule.Position.Line
		if line > 0 {
			fmt.Fprintf(a.stdout, "%d: %s\n", line, r.Rule)
		} else {
			fmt.Fprintf(a.stdout, "default = %s\n", c.Default)
		}
		fmt.Fprintf(a.stdout, "    %s\n", r.Explanation)
		for _, limit := range r.Limits {
			fmt.Fprintf(a.stdout, "    Note: %s\n", limit)
		}
		for _, w := range warnings[line] {
			fmt.Fprintf(a.stdout, "    Warning: %s\n", w)
		}
	}
	if c.Default == policy.NoDefault {
		fmt.Fprintln(a.stdout, "What no line mentions is allowed, unless the gate cannot tell what it does (then a person is asked) or a pack stops it.")
	}
}

// compiledRule is a line for programs.
type compiledRule struct {
	Line        int      `json:"line,omitempty"`
	Text        string   `json:"text,omitempty"`
	IDs         []string `json:"ids"`
	Cedar       string   `json:"cedar"`
	Explanation string   `json:"explanation"`
	Limits      []string `json:"limits,omitempty"`
}

func compiledRules(c policy.Compiled) []compiledRule {
	rules := make([]compiledRule, 0, len(c.Rules))
	for _, r := range c.Rules {
		rule := compiledRule{Line: r.Rule.Position.Line, IDs: r.IDs, Cedar: r.Cedar, Explanation: r.Explanation, Limits: r.Limits}
		if rule.Line > 0 {
			rule.Text = r.Rule.String()
		}
		rules = append(rules, rule)
	}
	return rules
}
