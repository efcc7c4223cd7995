package reconcile

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMergeBlock(t *testing.T) {
	t.Parallel()
	block := func(lines ...string) string {
		return blockBegin + "\n" + strings.Join(lines, "\n") + "\n" + blockEnd + "\n"
	}
	for name, c := range map[string]struct {
		existing string
		lines    []string
		want     string
	}{
		"new file":          {"", []string{"k"}, block("k")},
		"nothing at all":    {"", nil, ""},
		"no line break":     {"mine", []string{"k"}, "mine\n" + block("k")},
		"replaced in place": {"a\n" + block("old", "older") + "b\n", []string{"k"}, "a\n" + block("k") + "b\n"},
		"taken away":        {"a\n" + block("old") + "b", nil, "a\nb"},
		"two blocks":        {block("x") + "a\n" + block("y"), []string{"k"}, block("k") + "a\n"},
		"end mark lost":     {blockBegin + "\nk\nmine\n", []string{"k"}, block("k") + "mine\n"},
		"only an end mark":  {"a\n" + blockEnd + "\n", nil, "a\n" + blockEnd + "\n"},
	} {
		if got := mergeBlock(c.existing, c.lines); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Merging twice is merging once, and what a person wrote survives in order.
func TestMergeBlockProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"mine", "other", "", blockBegin, blockEnd, "k1"})
		existing := strings.Join(rapid.SliceOf(line).Draw(t, "existing"), "\n")
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"k1", "k2"}), 0, 2).Draw(t, "lines")
		once := mergeBlock(existing, lines)
		if twice := mergeBlock(once, lines); twice != once {
			t.Fatalf("once %q, twice %q", once, twice)
		}
		for _, l := range lines {
			if !strings.Contains(once, l+"\n") {
				t.Fatalf("%q is not in %q", l, once)
			}
		}
	})
}
