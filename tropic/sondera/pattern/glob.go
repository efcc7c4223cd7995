package pattern

import "strings"

// glob is one component of a path in which * stands for any number of characters. It is never matched against text with
// a separator.
type glob struct {
	prefix, suffix string   // before the first *, and after the last
	middle         []string // between two *, in order
	fixed          bool     // no * at all: prefix is the whole
}

func parseGlob(s string) glob {
	parts := strings.Split(s, "*")
	if len(parts) == 1 {
		return glob{prefix: s, fixed: true}
	}
	g := glob{prefix: parts[0], suffix: parts[len(parts)-1]}
	for _, p := range parts[1 : len(parts)-1] {
		if p != "" {
			g.middle = append(g.middle, p)
		}
	}
	return g
}

func (g *glob) match(s string) bool {
	if g.fixed {
		return s == g.prefix
	}
	if len(s) < len(g.prefix)+len(g.suffix) || !strings.HasPrefix(s, g.prefix) || !strings.HasSuffix(s, g.suffix) {
		return false
	}
	s = s[len(g.prefix) : len(s)-len(g.suffix)]
	for _, m := range g.middle {
		at := strings.Index(s, m)
		if at < 0 {
			return false
		}
		s = s[at+len(m):]
	}
	return true
}

// meets tells whether some text matches both. Where both have a *, what stands between their ends fits side by side, so
// that only the ends can disagree.
func (g *glob) meets(h *glob) bool {
	switch {
	case h.fixed:
		return g.match(h.prefix)
	case g.fixed:
		return h.match(g.prefix)
	}
	return oneBegins(g.prefix, h.prefix) && oneEnds(g.suffix, h.suffix)
}

// blank tells whether it has no letter of its own.
func (g *glob) blank() bool { return g.prefix == "" && g.suffix == "" && len(g.middle) == 0 }

func oneBegins(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

func oneEnds(a, b string) bool { return strings.HasSuffix(a, b) || strings.HasSuffix(b, a) }

// widen turns a glob of a shell into one that matches at least as much and knows only *.
func widen(s string) string {
	if !strings.ContainsAny(s, `?[{\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '?':
			b.WriteByte('*')
		case '[':
			i = skipTo(s, i, ']', &b)
		case '{':
			i = skipTo(s, i, '}', &b)
		case '\\':
			b.WriteByte('*')
			i++
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// skipTo writes a * for what is enclosed from i on, and returns where it ends. An opener without its end is itself.
func skipTo(s string, i int, end byte, b *strings.Builder) int {
	at := strings.IndexByte(s[i:], end)
	if at < 0 {
		b.WriteByte('*') // as a glob that is cut off may mean anything
		return len(s)
	}
	b.WriteByte('*')
	return i + at
}

// unknown stands in a component for what a wildcard may become: no pattern has it, so only a * takes it in.
const unknown = "\x00"

// narrow replaces the wildcards of a shell glob by unknown: a pattern that matches the result matches every expansion.
func narrow(s string) string {
	if !strings.ContainsAny(s, `*?[{\`) {
		return s
	}
	wide := widen(s)
	return strings.ReplaceAll(wide, "*", unknown)
}
