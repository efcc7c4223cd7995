package sondera_test

import (
	"context"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/corpus"
)

// BenchmarkMixed decides about a working day's calls by all packs, from the JSON line on. The promise is 10 µs a decision.
func BenchmarkMixed(b *testing.B) {
	gate := allPacks(b)
	calls := corpus.Mixed()
	ctx := context.Background()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		gate.DecideLine(ctx, []byte(calls[i%len(calls)].Line))
	}
}
