package pattern

import "slices"

// globs are the edges of a node whose components have a *. They are found by what they end or begin with, so that a
// thousand of **/*.ext cost as many look-ups as there are lengths of ext.
type globs struct {
	edges    []edge
	any      *node // the component * alone
	suffixes affixes
	prefixes affixes
	rest     []*edge // with a * on both ends
}

type edge struct {
	text string
	glob glob
	to   *node
}

type affixes struct {
	lengths []int
	edges   map[string][]*edge
}

func (g *globs) grow(component string, newNode func() *node) *node {
	for i := range g.edges {
		if g.edges[i].text == component {
			return g.edges[i].to
		}
	}
	g.edges = append(g.edges, edge{component, parseGlob(component), newNode()})
	return g.edges[len(g.edges)-1].to
}

func (g *globs) finish() {
	for i := range g.edges {
		switch e := &g.edges[i]; {
		case e.text == "*":
			g.any = e.to
		case e.glob.suffix != "":
			g.suffixes.add(e.glob.suffix, e)
		case e.glob.prefix != "":
			g.prefixes.add(e.glob.prefix, e)
		default:
			g.rest = append(g.rest, e)
		}
	}
}

func (a *affixes) add(text string, e *edge) {
	if a.edges == nil {
		a.edges = map[string][]*edge{}
	}
	a.edges[text] = append(a.edges[text], e)
	if !slices.Contains(a.lengths, len(text)) {
		a.lengths = append(a.lengths, len(text))
	}
}

// match calls add with the node of every edge that a component matches.
func (g *globs) match(component string, w *Walk) {
	if len(g.edges) == 0 {
		return
	}
	if g.any != nil {
		w.enter(g.any)
	}
	for _, n := range g.suffixes.lengths {
		if n <= len(component) {
			w.enterMatching(g.suffixes.edges[component[len(component)-n:]], component)
		}
	}
	for _, n := range g.prefixes.lengths {
		if n <= len(component) {
			w.enterMatching(g.prefixes.edges[component[:n]], component)
		}
	}
	w.enterMatching(g.rest, component)
}
