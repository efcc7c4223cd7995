package facts_test

import (
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

var lines = []struct{ name, line string }{
	{"git", `{"tool":"exec","params":{"command":"git status --short"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
	{"pipeline", `{"tool":"exec","params":{"command":"cd src && grep -rn 'TODO' . | sort | uniq -c | head -20"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
	{"python", `{"tool":"exec","params":{"command":"python3 -c 'import json,sys; print(json.load(sys.stdin)[\"a\"])' < data.json"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
	{"loop", `{"tool":"exec","params":{"command":"for f in src/*.go; do gofmt -l \"$f\"; done"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
	{"read", `{"tool":"read","params":{"path":"src/main.go"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
	{"fetch", `{"tool":"web_fetch","params":{"url":"https://example.com/docs"},"agent":"a","workspace":"/home/ubuntu/.openclaw/workspace/a"}`},
}

func BenchmarkFacts(b *testing.B) {
	for _, l := range lines {
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := facts.Decode([]byte(l.line))
				if err != nil {
					b.Fatal(err)
				}
				facts.Of(c)
			}
		})
	}
}
