package provider

import "testing"

// A machine that is planned twice, as one that is replaced, counts once; accounts do not mix.
func TestStartCensus(t *testing.T) {
	t.Parallel()
	var c startCensus
	for _, step := range []struct {
		account, name string
		others        int
		theirs        int64
	}{
		{"a", "x", 0, 0},
		{"a", "x", 0, 0},
		{"b", "x", 0, 0},
		{"a", "y", 1, 5},
		{"a", "z", 2, 10},
		{"a", "x", 2, 10},
	} {
		if others, theirs := c.start(step.account, step.name, 5); others != step.others || int64(theirs) != step.theirs {
			t.Errorf("%+v: %d others, at %d", step, others, theirs)
		}
	}
}
