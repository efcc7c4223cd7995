package redact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// seeds gives a fuzz target every kind of secret, every spelling and look-alike.
func seeds(add func(string)) {
	r := seeded(1)
	for _, m := range append(bare(r), named(r)...) {
		add(m.text)
	}
	for _, line := range spellings {
		add(spell(line, "hunter22"))
	}
	for _, text := range innocent {
		add(text)
	}
	for _, p := range pathological() {
		add(strings.Repeat(p.piece, 20))
	}
	for _, piece := range pieces {
		add(piece)
	}
}

// FuzzText plants a secret between line ends in any text.
func FuzzText(f *testing.F) {
	seeds(func(s string) { f.Add(s, s, uint64(len(s))) })
	red := withKnown(f)
	f.Fuzz(func(t *testing.T, before, after string, seed uint64) {
		r := seeded(seed)
		all := append(bare(r), named(r)...)
		m := all[r.IntN(len(all))]
		text := before + "\n" + m.text + "\n" + after
		out, spans := red.Text(text)
		if strings.Contains(out, m.secret) && !strings.Contains(before+after, m.secret) {
			t.Errorf("a %s survives", m.class)
		}
		checkSpans(t, text, out, spans)
	})
}

// checkSpans demands spans in order, in range and apart, of known classes, that make the output from the text.
func checkSpans(t *testing.T, text, out string, spans []redact.Span) {
	t.Helper()
	var b strings.Builder
	from := 0
	for _, sp := range spans {
		if sp.Start < from || sp.End <= sp.Start || sp.End > len(text) {
			t.Fatalf("span %+v after %d in a text of %d bytes", sp, from, len(text))
		}
		if !slices.ContainsFunc(redact.Classes(), func(c redact.Class) bool { return c.ID == sp.Class }) {
			t.Errorf("class %q is unknown", sp.Class)
		}
		b.WriteString(text[from:sp.Start] + redact.Marker)
		from = sp.End
	}
	if b.String()+text[from:] != out {
		t.Error("the spans do not make the output")
	}
}

// FuzzStream cuts any text anywhere, and repeats it so that it is longer than a buffer.
func FuzzStream(f *testing.F) {
	seeds(func(s string) { f.Add(s, uint16(len(s)/2), uint16(7), uint8(3)) })
	red := withKnown(f)
	f.Fuzz(func(t *testing.T, text string, first, step uint16, times uint8) {
		text = strings.Repeat(text, 1+int(times))
		if len(text) > 300_000 {
			text = text[:300_000]
		}
		want, wantSpans := red.Text(text)
		cuts := []int{int(first)}
		for left := len(text); left > 0 && len(cuts) < 500; left -= 1 + int(step) {
			cuts = append(cuts, 1+int(step))
		}
		got, spans := streamed(t, red, text, cuts)
		if got != want {
			t.Fatalf("streamed %d bytes differ from the whole at %d", len(got), firstDifference(got, want))
		}
		if !slices.Equal(spans, wantSpans) {
			t.Fatalf("streamed spans %v, whole %v", spans, wantSpans)
		}
	})
}
