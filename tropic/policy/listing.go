package policy

import "strings"

// listingHead begins the line that tells a listing from other Cedar, and names its default.
const listingHead = "// Compiled policy, default: "

// Listing is everything that a policy says as Cedar: the compiled lines, with what each means above its policies, and
// last the Cedar of the author's own, if there is any.
func (c Compiled) Listing(cedar string) string {
	sections := []string{listingHead + string(c.Default) + "\n"}
	for _, r := range c.Rules {
		if !r.Rule.Else { // which is the default, and that stands last
			sections = append(sections, r.listing())
		}
	}
	if strings.TrimSpace(cedar) != "" {
		sections = append(sections, "// As written:\n"+strings.TrimRight(cedar, "\n")+"\n")
	}
	return strings.Join(sections, "\n")
}

func (r CompiledRule) listing() string {
	var b strings.Builder
	for _, says := range append([]string{r.Explanation}, r.Limits...) {
		b.WriteString("// " + strings.Join(strings.Fields(says), " ") + "\n")
	}
	b.WriteString(r.Cedar)
	return b.String()
}

// ListedDefault returns the default of a listing, and false for other Cedar. A gate must add no default to a listing: it
// has its own, and that of DefaultDeny is that nothing is added.
func ListedDefault(cedar string) (Default, bool) {
	for line := range strings.Lines(cedar) {
		if name, is := strings.CutPrefix(strings.TrimSpace(line), listingHead); is {
			return lookupDefault(name)
		}
		if !strings.HasPrefix(line, "//") {
			break
		}
	}
	return NoDefault, false
}
