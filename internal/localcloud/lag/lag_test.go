package lag

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTheKthReadSeesTheChange(t *testing.T) {
	t.Parallel()
	l := New[string](Config{Reads: 2}, "x")
	now, old := "now", "old"
	l.Changed("made", nil)
	l.Changed("edited", &old)
	for n, want := range []*string{nil, nil, &now, &now} {
		if got := l.See("made", &now); got != want {
			t.Errorf("read %d of what was made: %v", n+1, got)
		}
	}
	for n, want := range []*string{&old, &old, &now, &now} {
		if got := l.See("edited", &now); got != want {
			t.Errorf("read %d of what was edited: %v", n+1, got)
		}
	}
	if got := l.See("never changed", &now); got != &now {
		t.Errorf("an object without a change: %v", got)
	}
}

func TestAChangeDuringALagIsHiddenWithIt(t *testing.T) {
	t.Parallel()
	l := New[string](Config{Reads: 2}, "x")
	now, middle := "now", "middle"
	l.Changed("a", nil)
	l.See("a", &middle)
	l.Changed("a", &middle)
	for n, want := range []*string{nil, nil, &now} {
		if got := l.See("a", &now); got != want {
			t.Errorf("read %d: %v, want %v", n+1, got, want)
		}
	}
	l.Changed("a", nil)
	l.Forget("a")
	if got := l.See("a", nil); got != nil {
		t.Errorf("after it is gone: %v", got)
	}
}

func TestOffByDefault(t *testing.T) {
	t.Parallel()
	l := New[string](Config{}, "x")
	now := "now"
	l.Changed("a", nil)
	if got := l.See("a", &now); got != &now {
		t.Errorf("the zero configuration hides %v", got)
	}
}

// lags is how many reads each of a hundred changes is hidden for.
func lags(cfg Config, kind string) []int {
	l := New[string](cfg, kind)
	now := "now"
	var out []int
	for range 100 {
		l.Changed("a", nil)
		n := 0
		for l.See("a", &now) == nil {
			n++
		}
		out = append(out, n)
	}
	return out
}

func TestASeedDecidesEveryLag(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cfg := Config{Reads: rapid.IntRange(1, 9).Draw(rt, "reads"), Seed: rapid.Uint64Min(1).Draw(rt, "seed")}
		got := lags(cfg, "instance")
		if !slices.Equal(got, lags(cfg, "instance")) {
			rt.Error("the same seed gave other lags")
		}
		if slices.Equal(got, lags(cfg, "group")) {
			rt.Error("two kinds of objects lag in step")
		}
		if slices.Max(got) > cfg.Reads || slices.Min(got) == slices.Max(got) {
			rt.Errorf("lags from %d to %d, want various from 0 to %d", slices.Min(got), slices.Max(got), cfg.Reads)
		}
	})
}
