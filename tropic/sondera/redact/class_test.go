package redact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

func plain(t testing.TB) *redact.Redactor {
	t.Helper()
	r, err := redact.New(redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// surroundings are where secrets stand in tool results; S is the secret's text.
var surroundings = []string{
	"S", "S\n", "\nS\n", " S ", "key is S.", "(S)", "<S>", "`S`", "log: S, and more", "a\tS\tb", `{"out":"line\nS\nend"}`,
	"\x1b[32mS\x1b[0m", "12: S", "| S |", "Ünïcode S ends", "x;S;y", "data,S", "[S]",
}

// TestClasses makes secrets of every class in many surroundings, and none may survive, nor may anything else vanish.
func TestClasses(t *testing.T) {
	t.Parallel()
	red := plain(t)
	tried := map[string]int{}
	for seed := range uint64(50) {
		r := seeded(seed)
		for _, m := range append(bare(r), named(r)...) {
			for _, around := range surroundings {
				text := strings.Replace(around, "S", m.text, 1)
				if needsOwnLine(m) && !strings.Contains("S\nS\n", around) { //nolint:gocritic // both are wanted
					continue
				}
				out, spans := red.Text(text)
				tried[m.class]++
				if strings.Contains(out, m.secret) || len(spans) != 1 {
					t.Errorf("%s in %q: %d spans, out %q", m.class, around, len(spans), out)
					continue
				}
				if spans[0].Class != m.class {
					t.Errorf("%s in %q was taken for %s", m.class, around, spans[0].Class)
				}
				if want := strings.Replace(text, text[spans[0].Start:spans[0].End], redact.Marker, 1); out != want {
					t.Errorf("%s in %q: out %q", m.class, around, out)
				}
				if got := text[spans[0].Start:spans[0].End]; got != m.secret {
					t.Errorf("%s in %q: replaced %q of %q", m.class, around, got, m.secret)
				}
			}
		}
	}
	for _, c := range redact.Classes() {
		t.Logf("%-26s %5d spellings redacted", c.ID, tried[c.ID])
		if tried[c.ID] == 0 && !slices.Contains([]string{"known-value", "encoded-base64", "encoded-percent"}, c.ID) {
			t.Errorf("%s was not tried", c.ID)
		}
	}
}

// needsOwnLine holds for settings without quotes, which inside other text may be code.
func needsOwnLine(m made) bool {
	return (m.class == "assignment" || m.class == "aws-secret-key") && !strings.Contains(m.text, `'`) || strings.Contains(m.text, `"`)
}

// TestDocumented reads secrets as documents of their makers print them.
func TestDocumented(t *testing.T) {
	t.Parallel()
	red := plain(t)
	const awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
	for _, text := range []string{
		"aws_secret_access_key = S", "AWS_SECRET_ACCESS_KEY=S", `"SecretAccessKey": "S"`, "export AWS_SECRET_ACCESS_KEY='S'", "awsSecretKey: S", "AKIAIOSFODNN7" + "EXAMPLE,S",
		"aws configure set aws_secret_access_key S", `secret_access_key="S"`, "-e AWS_SECRET_ACCESS_KEY=S",
	} {
		at := strings.LastIndex(text, "S")
		text = text[:at] + awsSecret + text[at+1:]
		if out, _ := red.Text(text); strings.Contains(out, awsSecret) {
			t.Errorf("%q keeps it", text)
		}
	}
}
