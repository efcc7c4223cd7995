package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

const gateTestHelp = `Test runs policy tests: calls, and what must be decided about each. Every *.test.yaml below DIR is a set of tests:

  policy: agent.rules        # beside this file; the policy language, or Cedar when it ends in .cedar; may be a list
  packs: [base, owasp]       # default: base
  lockdown: false
  agent: researcher          # the agent of calls that name none
  tests:
    - name: may read its own notes
      command: cat notes.md                          # short for the tool exec
      expect: ALLOW
    - name: may not become root
      call: {tool: exec, params: {command: sudo id}}
      expect: DENY
      rules: [line-2-deny-run-sudo]                  # if given, these must be among those that decided

Exit code 1 means that a test failed, 2 that a file is no set of tests.`

// newGateTest runs users' tests of their policies.
func newGateTest(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "test DIR",
		Short: "Run tests of policies",
		Long:  gateTestHelp,
		Args:  exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := testFiles(args[0])
			if err != nil {
				return err
			}
			var results []testResult
			for _, file := range files {
				r, err := runTestFile(cmd.Context(), file)
				if err != nil {
					return &usageError{fmt.Errorf("%s: %w", file, err)}
				}
				results = append(results, r...)
			}
			return a.printTests(results)
		},
	}
}

func testFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && (strings.HasSuffix(path, ".test.yaml") || strings.HasSuffix(path, ".test.yml")) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, &usageError{err}
	}
	if len(files) == 0 {
		return nil, &usageError{fmt.Errorf("there is no *.test.yaml below %s", dir)}
	}
	return files, nil
}

// testSet is a file of tests.
type testSet struct {
	Policy   oneOrMore    `yaml:"policy"`
	Packs    *[]string    `yaml:"packs"`
	Lockdown bool         `yaml:"lockdown"`
	Default  string       `yaml:"default"`
	Agent    string       `yaml:"agent"`
	Tests    []policyTest `yaml:"tests"`
}

type policyTest struct {
	Name    string         `yaml:"name"`
	Command string         `yaml:"command"`
	Call    map[string]any `yaml:"call"`
	Expect  string         `yaml:"expect"`
	Rules   []string       `yaml:"rules"`
}

// oneOrMore is a list that may be written as its only element.
type oneOrMore []string

func (l *oneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*l = oneOrMore{node.Value}
		return nil
	}
	var list []string
	err := node.Decode(&list)
	*l = list
	return err
}

// testResult is how a test went.
type testResult struct {
	File     string          `json:"file"`
	Name     string          `json:"name"`
	Expected string          `json:"expected"`
	Decision sondera.Effect  `json:"decision"`
	Rules    []string        `json:"rules"`
	Reason   string          `json:"reason"`
	Passed   bool            `json:"passed"`
	Call     json.RawMessage `json:"call"`
}

func runTestFile(ctx context.Context, file string) ([]testResult, error) {
	set, err := readTestSet(file)
	if err != nil {
		return nil, err
	}
	flags := gateFlags{packs: "base", lockdown: set.Lockdown, fallback: set.Default}
	if set.Packs != nil {
		flags.packs = strings.Join(*set.Packs, ",")
	}
	for _, p := range set.Policy {
		if !filepath.IsAbs(p) {
			p = filepath.Join(filepath.Dir(file), p)
		}
		flags.policies = append(flags.policies, p)
	}
	options, err := flags.options()
	if err != nil {
		return nil, err
	}
	gate, err := sondera.New(options)
	if err != nil {
		return nil, err
	}
	results := make([]testResult, 0, len(set.Tests))
	for i, t := range set.Tests {
		line, err := t.line(set.Agent)
		if err != nil {
			return nil, fmt.Errorf("test %d: %w", i+1, err)
		}
		results = append(results, t.run(ctx, gate, file, line))
	}
	return results, nil
}

func readTestSet(file string) (testSet, error) {
	var set testSet
	text, err := os.ReadFile(file)
	if err != nil {
		return set, err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&set); err != nil && !errors.Is(err, io.EOF) {
		return set, err
	}
	if len(set.Tests) == 0 {
		return set, errors.New(`there are no "tests"`)
	}
	return set, nil
}

// line is the call of a test as the gate takes it.
func (t *policyTest) line(agent string) ([]byte, error) {
	call := t.Call
	switch {
	case t.Command != "" && call != nil:
		return nil, errors.New(`give "command" or "call", not both`)
	case t.Command != "":
		call = map[string]any{"tool": "exec", "params": map[string]any{"command": t.Command}}
	case call == nil:
		return nil, errors.New(`there is neither "command" nor "call"`)
	}
	switch t.Expect = strings.ToUpper(strings.TrimSpace(t.Expect)); sondera.Effect(t.Expect) {
	case sondera.Allow, sondera.Confirm, sondera.Deny, sondera.Redact:
	default:
		return nil, fmt.Errorf(`"expect" is %q; want ALLOW, CONFIRM, DENY or, of a result, REDACT`, t.Expect)
	}
	if _, ok := call["agent"]; !ok && agent != "" {
		call["agent"] = agent
	}
	if _, ok := call["workspace"]; !ok {
		call["workspace"] = workspaceOf(agent)
	}
	return json.Marshal(call)
}

func workspaceOf(agent string) string {
	if agent == "" {
		agent = "agent"
	}
	return "/home/ubuntu/.openclaw/workspace/" + agent
}

func (t *policyTest) run(ctx context.Context, gate *sondera.Gate, file string, line []byte) testResult {
	answer := evaluateLine(ctx, gate, line)
	r := testResult{
		File: file, Name: t.Name, Expected: t.Expect, Decision: answer.Decision, Rules: answer.Rules, Reason: answer.Reason, Call: line,
		Passed: string(answer.Decision) == t.Expect,
	}
	if r.Name == "" {
		r.Name = t.Command
	}
	for _, id := range t.Rules {
		r.Passed = r.Passed && slices.Contains(answer.Rules, id)
	}
	return r
}

func (a *app) printTests(results []testResult) error {
	failed := 0
	for _, r := range results {
		if !r.Passed {
			failed++
		}
	}
	if a.json {
		if err := a.printJSON(results); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			if r.Passed {
				fmt.Fprintf(a.stdout, "ok    %s: %s\n", r.File, r.Name)
				continue
			}
			fmt.Fprintf(a.stdout, "FAIL  %s: %s\n      want %s, got %s by %s\n      %s\n      %s\n", r.File, r.Name, r.Expected, r.Decision, strings.Join(r.Rules, ", "), r.Reason, r.Call)
		}
		fmt.Fprintf(a.stdout, "%d tests, %d failed\n", len(results), failed)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d tests failed", failed, len(results))
	}
	return nil
}
