package tropic_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

// TestPolicyFaultsHaveAPlace wants every fault of a policy at its field, with line and column, what is wrong and what is
// expected, and all of them at once.
func TestPolicyFaultsHaveAPlace(t *testing.T) {
	t.Parallel()
	const good = "DENY: run sudo"
	for name, tc := range map[string]struct {
		policy manifest.Policy
		field  string
		says   []string
	}{
		"phrase":    {manifest.Policy{Rules: good + "\nDENY: frobnicate the web"}, "rules", []string{"line 2, column 7", `"frobnicate"`, "DENY: "}},
		"directive": {manifest.Policy{Rules: "DENNY: run sudo"}, "rules", []string{"line 1, column 1", `"DENY", if that was meant`}},
		"syntax":    {manifest.Policy{Cedar: "permit (principal, action"}, "cedar", []string{"line 1, column"}},
		"schema": {
			manifest.Policy{Rules: good, Cedar: "@id(\"x\")\nforbid(principal, action, resource)\nwhen { context.comand == \"\" };"},
			"cedar",
			[]string{"line 3, column 16", `policy "x"`, `"command", if that was meant`},
		},
		"no id":          {manifest.Policy{Cedar: "forbid(principal, action, resource);"}, "cedar", []string{"line 1, column 1", "has no @id"}},
		"nothing":        {manifest.Policy{Cedar: "// nothing"}, "cedar", []string{"no policy"}},
		"id of a line":   {manifest.Policy{Rules: good, Cedar: `@id("default-allow") permit(principal, action, resource);`}, "cedar", []string{"the @id is taken"}},
		"id of a pack":   {manifest.Policy{Cedar: `@id("` + packRule(t) + `") permit(principal, action, resource);`}, "cedar", []string{"the pack base has it"}},
		"other default":  {manifest.Policy{Rules: good + "\ndefault = deny", Default: "allow"}, "default", []string{"line 2 of the rules", `"deny"`}},
		"no default":     {manifest.Policy{Rules: good, Default: "never"}, "default", []string{`"allow", "confirm" or "deny"`}},
		"everything off": {manifest.Policy{}, "rules", []string{"rule lines, Cedar text, or both"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.policy.ID = "p"
			err := tropic.ValidatePolicy(tc.policy)
			var typed *tropic.Error
			if !errors.As(err, &typed) || !errors.Is(err, tropic.ErrValidation) || typed.Field != tc.field {
				t.Fatalf("got %v, want a fault of %s", err, tc.field)
			}
			for _, words := range tc.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%v does not say %q", err, words)
				}
			}
		})
	}
	err := tropic.ValidatePolicy(manifest.Policy{ID: "p", Rules: "DENNY: x\nDENY: frobnicate", Cedar: "forbid(principal, action, resource);"})
	var syntax *policy.SyntaxError
	var load *sondera.LoadError
	if joined, ok := err.(interface{ Unwrap() []error }); !ok || len(joined.Unwrap()) != 3 || !errors.As(err, &syntax) || !errors.As(err, &load) {
		t.Errorf("three faults: %v", err)
	}
}

func packRule(t *testing.T) string {
	t.Helper()
	packs, err := sondera.Packs()
	if err != nil {
		t.Fatal(err)
	}
	return packs[0].Rules[0].ID
}

// TestPoliciesCompile wants a default in every policy: the lines' own, else the one beside them, else allow.
func TestPoliciesCompile(t *testing.T) {
	t.Parallel()
	const sudo = "DENY: run sudo"
	for name, tc := range map[string]struct {
		policy manifest.Policy
		want   policy.Default
	}{
		"none":      {manifest.Policy{Rules: sudo}, policy.DefaultAllow},
		"beside":    {manifest.Policy{Rules: sudo, Default: "confirm"}, policy.DefaultConfirm},
		"line":      {manifest.Policy{Rules: sudo + "\nDENY: everything else"}, policy.DefaultDeny},
		"both":      {manifest.Policy{Rules: sudo + "\ndefault = deny", Default: "deny"}, policy.DefaultDeny},
		"only":      {manifest.Policy{Rules: "default = confirm"}, policy.DefaultConfirm},
		"of Cedar":  {manifest.Policy{Cedar: `@id("x") forbid(principal, action, resource);`, Default: "deny"}, policy.DefaultDeny},
		"all three": {manifest.Policy{Rules: sudo, Cedar: `@id("x") forbid(principal, action, resource);`}, policy.DefaultAllow},
	} {
		tc.policy.ID = "p"
		compiled, err := tropic.CompilePolicy(tc.policy)
		if err != nil || compiled.Default != tc.want {
			t.Errorf("%s: default %q, %v; want %q", name, compiled.Default, err, tc.want)
		}
		listing := compiled.Listing(tc.policy.Cedar)
		if listed, is := policy.ListedDefault("// Of a machine.\n" + listing); !is || listed != tc.want {
			t.Errorf("%s: the listing says default %q, %v", name, listed, is)
		}
		if _, err := sondera.Check(sondera.Source{Name: "p", Text: []byte(listing), OwnDefault: true}); err != nil {
			t.Errorf("%s: what machines load is refused: %v", name, err)
		}
	}
	if _, is := policy.ListedDefault("@id(\"x\")\n// Compiled policy, default: deny\nforbid(principal, action, resource);"); is {
		t.Error("other Cedar is taken for a listing")
	}
}
