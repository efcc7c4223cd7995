package meter

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// timelines are short, so that their steps fall together.
func timelines() *rapid.Generator[timeline] {
	return rapid.Custom(func(t *rapid.T) timeline {
		var out timeline
		at := Instant(0)
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			at += Instant(rapid.IntRange(1, 4).Draw(t, "later"))
			out = append(out, step{at, pricebook.Rate(rapid.IntRange(-2, 3).Draw(t, "rate"))})
		}
		return out
	})
}

func (t timeline) rate(at Instant) pricebook.Rate {
	for s := range t.within(at, at+1) {
		return s.rate
	}
	return 0
}

// Whatever the way in which timelines are added up, at each instant the rate is the sum of theirs; and taking one away
// again leaves what was there without it.
func TestTimelinesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(timelines(), 0, 5).Draw(t, "timelines")
		whole := together(all)
		var grown timeline
		for _, one := range all {
			grown.add(one)
		}
		for at := Instant(0); at < 30; at++ {
			var want pricebook.Rate
			for _, one := range all {
				want += one.rate(at)
			}
			if whole.rate(at) != want || grown.rate(at) != want {
				t.Fatalf("at %d: %d at once, %d one by one, want %d", at, whole.rate(at), grown.rate(at), want)
			}
		}
		for _, one := range all {
			grown.add(one.negative())
		}
		if len(grown) != 0 {
			t.Fatalf("%v is left when all is taken away", grown)
		}
	})
}

// Stretches cover time in order, without a gap, and change the rate.
func TestStretchesCoverTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := timelines().Draw(t, "timeline")
		from, to := Instant(rapid.IntRange(0, 30).Draw(t, "from")), Instant(rapid.IntRange(0, 30).Draw(t, "to"))
		at := from
		for s := range line.within(from, to) {
			if s.from != at || s.to <= s.from || s.to > to {
				t.Fatalf("%+v at %d of %d to %d", s, at, from, to)
			}
			for ; at < s.to; at++ {
				var want pricebook.Rate
				for _, step := range line {
					if step.at <= at {
						want = step.rate
					}
				}
				if s.rate != want {
					t.Fatalf("%d at %d, want %d", s.rate, at, want)
				}
			}
		}
		if at != max(from, to) {
			t.Fatalf("ends at %d, want %d", at, to)
		}
	})
}
