// Package nearest finds the word a person most likely meant, for error messages.
package nearest

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Word returns the candidate nearest to word, ignoring case, and whether it is near enough to be worth suggesting: at
// most a third of its letters differ, and at least one is allowed to. Of equally near candidates the first wins.
func Word(word string, candidates []string) (string, bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	best, bestDistance := "", -1
	for _, candidate := range candidates {
		d := levenshtein.Distance(word, strings.ToLower(candidate), nil)
		if bestDistance < 0 || d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best, bestDistance >= 0 && bestDistance <= max(1, len(best)/3)
}
