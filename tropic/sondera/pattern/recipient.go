package pattern

import (
	"slices"
	"strings"
)

// Recipients matches phone numbers and other ids of people and groups. A pattern is an id, or the beginning of one and a
// * (+65*). Case does not matter.
type Recipients struct {
	whole    map[string][]int
	prefixes map[string][]int
	lengths  []int // of the prefixes
}

// NewRecipients reads the patterns. The first that cannot be read is a *SyntaxError.
func NewRecipients(patterns []string) (*Recipients, error) {
	r := &Recipients{whole: map[string][]int{}, prefixes: map[string][]int{}}
	for id, text := range patterns {
		fold := strings.ToLower(text)
		prefix, open := strings.CutSuffix(fold, "*")
		switch {
		case fold == "" || strings.Contains(prefix, "*"):
			return nil, &SyntaxError{text, "is no recipient", "a number such as +6591234567, an id, or the beginning of one and a *"}
		case open:
			r.prefixes[prefix] = append(r.prefixes[prefix], id)
			if !slices.Contains(r.lengths, len(prefix)) {
				r.lengths = append(r.lengths, len(prefix))
			}
		default:
			r.whole[fold] = append(r.whole[fold], id)
		}
	}
	return r, nil
}

// CheckRecipient tells whether a pattern can be read: nil, or a *SyntaxError.
func CheckRecipient(text string) error {
	_, err := NewRecipients([]string{text})
	return err
}

// Append adds the indexes of the patterns that a recipient matches to ids.
func (r *Recipients) Append(ids []int, recipient string) []int {
	if r == nil {
		return ids
	}
	recipient = strings.ToLower(recipient)
	ids = append(ids, r.whole[recipient]...)
	for _, n := range r.lengths {
		if n <= len(recipient) {
			ids = append(ids, r.prefixes[recipient[:n]]...)
		}
	}
	return ids
}
