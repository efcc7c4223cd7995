package shell_test

import (
	"path"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// The shortcuts of GlobMatches change no answer.
func TestGlobMatchesAsPathMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		glob := rapid.StringMatching(`[ab*?\[\]\\^-]{0,6}`).Draw(t, "glob")
		name := rapid.StringMatching(`[ab*?\]\\-]{0,5}`).Draw(t, "name")
		want, err := path.Match(glob, name)
		if got := shell.GlobMatches(glob, name); got != (want && err == nil) {
			t.Fatalf("GlobMatches(%q, %q) = %v, path.Match: %v, %v", glob, name, got, want, err)
		}
	})
}
