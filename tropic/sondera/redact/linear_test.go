package redact_test

import (
	"strings"
	"testing"
)

// stepsPerByte bounds the work for the worst text: a name of a secret every few bytes, each with a long value to judge.
const stepsPerByte = 64

// TestWorkIsLinear repeats what makes matchers begin at every step: ten times the text is ten times the work.
func TestWorkIsLinear(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	for _, p := range pathological() {
		short := red.Steps(strings.Repeat(p.piece, (30<<10)/len(p.piece)))
		long := red.Steps(strings.Repeat(p.piece, (300<<10)/len(p.piece)))
		if long > short*11+1000 {
			t.Errorf("%s: %d steps for 30 KB, %d for ten times as much", p.name, short, long)
		}
		if long > stepsPerByte*300<<10 {
			t.Errorf("%s: %d steps for each byte", p.name, long/(300<<10))
		}
	}
}
