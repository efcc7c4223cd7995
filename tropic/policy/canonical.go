package policy

import (
	"slices"
	"strings"
)

// String is the rule in canonical form: Parse reads it as the same rule.
func (r Rule) String() string {
	if r.Else {
		return string(r.Directive) + ": everything else"
	}
	parts := make([]string, 0, len(r.Clauses))
	for _, c := range r.Clauses {
		parts = append(parts, c.String())
	}
	return string(r.Directive) + ": " + strings.Join(parts, " and ")
}

// String is the document in canonical form.
func (doc Document) String() string {
	var b strings.Builder
	for _, r := range doc.Rules {
		b.WriteString(r.String() + "\n")
	}
	if doc.Default != NoDefault {
		b.WriteString("default = " + string(doc.Default) + "\n")
	}
	return b.String()
}

// String is the clause in canonical form.
func (c Clause) String() string {
	var b strings.Builder
	for i, v := range c.Verbs {
		if i > 0 {
			b.WriteString(" and ")
		}
		b.WriteString(string(v))
	}
	b.WriteByte(' ')
	b.WriteString(c.things())
	for _, l := range []struct {
		words string
		names []string
	}{
		{" matching ", c.Paths}, {" inside ", c.Within}, {" with host ", c.Hosts},
	} {
		if len(l.names) > 0 {
			b.WriteString(l.words + quotedList(l.names))
		}
	}
	if names := append(slices.Clone(c.Channels), c.Managers...); len(names) > 0 {
		b.WriteString(" via " + strings.Join(names, ", "))
	}
	if len(c.Recipients) > 0 {
		b.WriteString(" to " + quotedList(c.Recipients))
	}
	if len(c.Ports) > 0 {
		b.WriteString(" on ports " + printPorts(c.Ports))
	}
	if c.Size != nil {
		b.WriteString(" " + c.Size.String())
	}
	if c.Sandbox {
		b.WriteString(" in sandbox")
	}
	if len(c.Except) > 0 {
		parts := make([]string, 0, len(c.Except))
		for _, e := range c.Except {
			parts = append(parts, e.gerunds())
		}
		b.WriteString(" except " + strings.Join(parts, " and "))
	}
	return b.String()
}

// gerunds is the clause in canonical form as it stands in an exception: what follows "and" there begins by a verb in -ing.
func (c Clause) gerunds() string {
	text := c.String()
	for _, v := range c.Verbs {
		text = strings.Replace(text, string(v), gerund(string(v)), 1)
	}
	return text
}

// things is the noun of the clause with the names that belong to it.
func (c Clause) things() string {
	switch c.Subject {
	case Commands:
		return strings.TrimSpace("commands " + quotedList(c.Commands))
	case Packages:
		return strings.TrimSpace("packages " + quotedList(c.Packages))
	case Tools:
		return strings.TrimSpace("tools " + quotedList(c.Tools))
	case Topics:
		return strings.Join(c.Topics, " and ")
	case Code:
		return strings.TrimSpace(strings.Join(c.Languages, ", ") + " code")
	default:
		return string(c.Subject)
	}
}

func quotedList(names []string) string {
	quoted := make([]string, 0, len(names))
	for _, n := range names {
		mark := "`"
		if strings.Contains(n, mark) {
			mark = `"`
		}
		quoted = append(quoted, mark+n+mark)
	}
	return strings.Join(quoted, ", ")
}
