package policy_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

func seeds(f *testing.F) {
	f.Helper()
	f.Add(documented)
	for _, e := range policy.Examples() {
		f.Add("DENY: " + e)
		f.Add("allow: " + e + ", and " + e + " except " + e)
	}
	f.Add("DENY\x00:\n: :\n# \xff")
	f.Add("DENY: read `a\\b\"c`, \"x*y\" or +65 91-*")
	f.Add("default = deny\nALLOW: everything else")
	f.Add("DENY: install `@scope/x` via npm\nDENY: run `a \"b\" *`")
}

// FuzzParse: no text makes the parser panic, every fault has a place, and what is read is read again from its canonical
// form.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := policy.Parse(text)
		if err != nil {
			var syntax *policy.SyntaxError
			if !errors.As(err, &syntax) || syntax.Position.Line < 1 || syntax.Position.Column < 1 || len(doc.Rules) > 0 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, r := range doc.Rules {
			again, err := policy.Parse(r.String())
			if err != nil {
				var syntax *policy.SyntaxError
				if errors.As(err, &syntax) && syntax.Reason == "the line is too long" {
					continue
				}
				t.Fatalf("%q is printed as %q: %v", r.Text, r.String(), err)
			}
			if diff := cmp.Diff(r, again.Rules[0], same); diff != "" {
				t.Fatalf("%q is printed as %q: %s", r.Text, r.String(), diff)
			}
		}
	})
}

// FuzzCompile: whatever is understood compiles to Cedar that cedar-go reads.
func FuzzCompile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := policy.Parse(text)
		if err != nil {
			return
		}
		for _, d := range []policy.Default{policy.NoDefault, policy.DefaultAllow} {
			if c, err := policy.Compile(doc, policy.Options{Default: d}); err != nil {
				t.Fatalf("%q: %v\n%s", text, err, c.Cedar)
			}
		}
	})
}
