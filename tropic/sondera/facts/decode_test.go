package facts_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		``:                                       "empty",
		`x`:                                      "invalid",
		`[]`:                                     "want a JSON object",
		`{}`:                                     `no "tool"`,
		`{"tool":""}`:                            `no "tool"`,
		`{"tool":7}`:                             `"tool" is no string`,
		`{"tool":"exec","params":[]}`:            `"params" is no object`,
		`{"tool":"exec"} {}`:                     "follows",
		`{"tool":"exec","tool":"read"}`:          "duplicate",
		`{"tool":"exec","params":{"a":1,"a":2}}`: "duplicate",
		"{\"tool\":\"\xff\"}":                    "UTF-8",
		`{"tool":"exec","params":` + strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 101): "deep",
	} {
		_, err := facts.Decode([]byte(line))
		var syntax *facts.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", line, err, want)
		}
	}
}

// TestFaultsQuoteNothing holds since a line may hold secrets.
func TestFaultsQuoteNothing(t *testing.T) {
	t.Parallel()
	for _, line := range []string{`{"tool":"exec","params":{"hunter2":1,"hunter2":2}}`, `{"tool":"exec","hunter2`, `hunter2`, `{"tool":"exec"} "hunter2"`} {
		if _, err := facts.Decode([]byte(line)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// FuzzDecode holds for every line: a call or a typed error, never a panic; what a call gives is bounded and the same twice.
func FuzzDecode(f *testing.F) {
	for _, l := range lines {
		f.Add([]byte(l.line))
	}
	f.Add([]byte(`{"tool":"apply_patch","params":{"input":"*** Update File: \u0000"},"agent":null}`))
	f.Add([]byte(`{"tool":"x__y","params":{"a":[{"path":"~/x","cmd":"rm","args":["-rf","/"],"url":"http://[::1"}],"code":"print(1)","sql":"drop table x"}}`))
	f.Add([]byte(`{"tool":"exec","params":{"command":["a",1,null]},"workspace":"relative","home":"\\"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 16<<10 {
			return
		}
		call, err := facts.Decode(line)
		var syntax *facts.SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) {
				t.Fatalf("%T", err)
			}
			return
		}
		a, b := facts.Of(call), facts.Of(call)
		if show(a) != show(b) {
			t.Fatal("two answers")
		}
		for _, r := range a.Reasons {
			if strings.Contains(r, "broke off") {
				t.Fatal(r)
			}
		}
	})
}
