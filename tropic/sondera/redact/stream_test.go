package redact_test

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// streamed writes text cut at cuts.
func streamed(t require, red *redact.Redactor, text string, cuts []int) (string, []redact.Span) {
	var out bytes.Buffer
	var spans []redact.Span
	w := red.Writer(&out, func(s redact.Span) { spans = append(spans, s) })
	for _, n := range cuts {
		n = min(n, len(text))
		if _, err := io.WriteString(w, text[:n]); err != nil {
			t.Fatalf("%v", err)
		}
		text = text[n:]
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatalf("%v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return out.String(), spans
}

type require interface{ Fatalf(string, ...any) }

// TestStreamEqualsWhole cuts texts at random: the same bytes and the same spans must come.
func TestStreamEqualsWhole(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		want, wantSpans := red.Text(text)
		cuts := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(0, 40_000)), 0, 60).Draw(t, "cuts")
		got, spans := streamed(t, red, text, cuts)
		if got != want {
			t.Fatalf("streamed %d bytes differ from the whole at %d", len(got), firstDifference(got, want))
		}
		if !reflect.DeepEqual(spans, wantSpans) {
			t.Fatalf("streamed spans %v, whole %v", spans, wantSpans)
		}
	})
}

// TestEveryBorder cuts a secret of every class at every byte.
func TestEveryBorder(t *testing.T) {
	t.Parallel()
	red := plain(t)
	r := seeded(7)
	padding := strings.Repeat("some words of prose, ", 1000)
	for _, m := range append(bare(r), named(r)...) {
		text := padding + "\n" + m.text + "\n" + padding
		want, _ := red.Text(text)
		if strings.Contains(want, m.secret) {
			t.Fatalf("%s survives", m.class)
		}
		for at := range len(m.text) + 2 {
			if got, _ := streamed(t, red, text, []int{len(padding) + at}); got != want {
				t.Fatalf("%s cut at %d differs from the whole", m.class, at)
			}
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	red := plain(t)
	r := seeded(3)
	var b strings.Builder
	for range 40 {
		for _, m := range bare(r) {
			b.WriteString("line of log\n" + m.text + "\n")
		}
	}
	want, wantSpans := red.Text(b.String())
	var spans []redact.Span
	src := iotest.HalfReader(strings.NewReader(b.String()))
	got, err := io.ReadAll(red.Reader(src, func(s redact.Span) { spans = append(spans, s) }))
	if err != nil || string(got) != want || !reflect.DeepEqual(spans, wantSpans) {
		t.Fatalf("the reader gave %d bytes (%v), the whole is %d", len(got), err, len(want))
	}
	failing := io.MultiReader(strings.NewReader("before "), iotest.ErrReader(io.ErrUnexpectedEOF))
	if got, err := io.ReadAll(red.Reader(failing, nil)); string(got) != "before " || err != io.ErrUnexpectedEOF { //nolint:errorlint // unwrapped on purpose
		t.Fatalf("a failing source gave %q, %v", got, err)
	}
}

// TestMemoryIsBounded streams megabytes of each long thing, after the buffer has found its size: it must not grow. It is
// not parallel, because it counts allocations.
func TestMemoryIsBounded(t *testing.T) { //nolint:paralleltest // as said
	red := plain(t)
	r := seeded(5)
	for _, test := range []struct{ name, head, piece string }{
		{"prose", "", "words and more words "},
		{"base64", "", pick(r, alphanum, 1000)},
		{"percent encoding", "", "%41%42"},
		{"a key without end", "-----BEGIN " + "PRIVATE KEY-----\n", pick(r, alphanum, 64) + "\n"},
		{"a token without end", "gh" + "p_", pick(r, alphanum, 100)},
	} {
		w := red.Writer(io.Discard, nil)
		chunk := []byte(strings.Repeat(test.piece, 1+1000/len(test.piece)))
		write := func() {
			if _, err := w.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.WriteString(w, test.head); err != nil {
			t.Fatal(err)
		}
		for range 300 {
			write()
		}
		if allocs := testing.AllocsPerRun(3000, write); allocs > 0 {
			t.Errorf("%s: %.2f allocations for each write", test.name, allocs)
		}
	}
}

func firstDifference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
