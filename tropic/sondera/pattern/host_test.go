package pattern_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

// appender is what all matchers of short texts have.
type appender interface {
	Append(ids []int, text string) []int
}

func named(m appender, patterns []string, text string) []string {
	got := []string{}
	for _, id := range m.Append(nil, text) {
		got = append(got, patterns[id])
	}
	slices.Sort(got)
	return got
}

func TestHosts(t *testing.T) {
	t.Parallel()
	patterns := []string{"Example.com", "*.example.com", "api.example.com", "10.0.0.0/8", "10.1.2.3", "::1", "2001:db8::/32", "*", "com"}
	m, err := pattern.NewHosts(patterns)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"example.com":        "* Example.com com",
		"example.com.":       "* Example.com com",
		"a.b.example.com":    "* *.example.com Example.com com",
		"api.example.com":    "* *.example.com Example.com api.example.com com",
		"notexample.com":     "* com",
		"example.com.evil.x": "*",
		"10.1.2.3":           "* 10.0.0.0/8 10.1.2.3",
		"::ffff:10.1.2.3":    "* 10.0.0.0/8 10.1.2.3",
		"11.1.2.3":           "*",
		"::1":                "* ::1",
		"2001:db8:1::2":      "* 2001:db8::/32",
		"":                   "*",
	} {
		if diff := cmp.Diff(strings.Fields(want), named(m, patterns, host)); diff != "" {
			t.Errorf("%s: %s", host, diff)
		}
	}
	for _, text := range []string{"", ".", "*.", "a..b", "https://example.com", "example.com:443", "a*b.com", "10.0.0.0/33", "a b"} {
		var syntax *pattern.SyntaxError
		if err := pattern.CheckHost(text); !errors.As(err, &syntax) {
			t.Errorf("%q: %v, want a SyntaxError", text, err)
		}
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	patterns := []string{"+65*", "+6591234567", "Group-1", "group*", "*"}
	m, err := pattern.NewRecipients(patterns)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"+6591234567": "* +65* +6591234567",
		"+659":        "* +65*",
		"+6":          "*",
		"GROUP-1":     "* Group-1 group*",
		"group-12":    "* group*",
	} {
		if diff := cmp.Diff(strings.Fields(want), named(m, patterns, id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	for _, text := range []string{"", "*5", "+6*5*"} {
		var syntax *pattern.SyntaxError
		if err := pattern.CheckRecipient(text); !errors.As(err, &syntax) {
			t.Errorf("%q: %v, want a SyntaxError", text, err)
		}
	}
}

// The one pass finds exactly the literals that strings.Contains finds.
func TestTextsFindWhatIsThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abAé")), 0, 7, -1)
		literals := rapid.SliceOfN(word, 0, 20).Draw(t, "literals")
		m, found := pattern.NewTexts(literals), new(pattern.Found)
		for range 3 {
			text := rapid.StringOfN(rapid.SampledFrom([]rune("abAé")), 0, 40, -1).Draw(t, "text")
			got := m.Append(nil, found, text)
			slices.Sort(got)
			var want []int
			for id, l := range literals {
				if strings.Contains(text, l) {
					want = append(want, id)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("literals %q in %q: got %v, want %v", literals, text, got, want)
			}
		}
	})
}

func FuzzShortTexts(f *testing.F) {
	f.Add("*.example.com", "a.example.com")
	f.Add("10.0.0.0/8", "::ffff:10.0.0.1")
	f.Add("+65*", "+65")
	f.Fuzz(func(t *testing.T, text, subject string) {
		if m, err := pattern.NewHosts([]string{text}); err == nil {
			m.Append(nil, subject)
		}
		if m, err := pattern.NewRecipients([]string{text}); err == nil && !strings.HasSuffix(text, "*") {
			if got := m.Append(nil, text); len(got) != 1 {
				t.Errorf("%q does not match itself", text)
			}
			m.Append(nil, subject)
		}
		got := pattern.NewTexts([]string{text}).Append(nil, new(pattern.Found), subject)
		if strings.Contains(subject, text) != (len(got) == 1) {
			t.Errorf("%q in %q: %v", text, subject, got)
		}
	})
}
