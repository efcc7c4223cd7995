package policy

import "strings"

// Listing is the compiled Cedar with what each line means above its policies, as comments: for people, and still Cedar.
func (c Compiled) Listing() string {
	parts := make([]string, 0, len(c.Rules))
	for _, r := range c.Rules {
		if r.Rule.Else {
			continue // it is the default, which stands last
		}
		var b strings.Builder
		for _, says := range append([]string{r.Explanation}, r.Limits...) {
			b.WriteString("// " + strings.Join(strings.Fields(says), " ") + "\n")
		}
		b.WriteString(r.Cedar)
		parts = append(parts, b.String())
	}
	return strings.Join(parts, "\n")
}

// Beside is the listing with Cedar of the author's own after it.
func (c Compiled) Beside(cedar string) string {
	if strings.TrimSpace(cedar) == "" {
		return c.Listing()
	}
	return c.Listing() + "\n// The policy's own Cedar.\n" + strings.TrimRight(cedar, "\n") + "\n"
}
