package pattern

import (
	"strings"
)

// Paths matches paths against patterns of components. A pattern is absolute (/etc/passwd), below the home (~/.ssh/**),
// below the workspace (workspace/**), or anywhere (**/.env). A * matches within a component, ** any number of whole
// components, none included. Case does not matter.
type Paths struct {
	absolute, home, workspace, anywhere *node
	nodes                               int
}

// NewPaths reads the patterns. The first that cannot be read is a *SyntaxError.
func NewPaths(patterns []string) (*Paths, error) {
	p := &Paths{}
	p.absolute, p.home, p.workspace, p.anywhere = p.newNode(), p.newNode(), p.newNode(), p.newNode()
	for id, text := range patterns {
		root, components, err := p.split(text)
		if err != nil {
			return nil, err
		}
		at := root
		for _, c := range components {
			at = at.grow(c, p.newNode)
		}
		at.ids = append(at.ids, id)
	}
	for _, root := range []*node{p.absolute, p.home, p.workspace, p.anywhere} {
		root.finish()
	}
	return p, nil
}

// CheckPath tells whether a pattern can be read: nil, or a *SyntaxError.
func CheckPath(text string) error {
	_, err := NewPaths([]string{text})
	return err
}

// split names the root of a pattern, and its components below that.
func (p *Paths) split(text string) (*node, []string, error) {
	fold := strings.TrimSuffix(strings.ToLower(text), "/")
	root, rest := p.absolute, ""
	switch first, below, _ := strings.Cut(fold, "/"); {
	case first == "" && text != "":
		rest = below
	case first == "~":
		root, rest = p.home, below
	case first == "workspace":
		root, rest = p.workspace, below
	case first == "**":
		root, rest = p.anywhere, fold
	default:
		return nil, nil, &SyntaxError{text, "has no known beginning", `a path from / on, or one that begins with ~/, workspace/ or **/`}
	}
	if rest == "" {
		return root, nil, nil
	}
	components := strings.Split(rest, "/")
	for i, c := range components {
		switch {
		case strings.Contains(c, unknown):
			return nil, nil, &SyntaxError{text, "has a NUL, which no path has", "the path without it"}
		case c == "" || c == "." || c == "..":
			return nil, nil, &SyntaxError{text, "has an empty component, . or ..", "the path in its shortest form"}
		case c != deep && strings.Contains(c, deep):
			components[i] = collapse(c)
		}
	}
	return root, components, nil
}

const deep = "**"

// collapse makes one * of several: only a component of its own crosses separators.
func collapse(c string) string {
	for strings.Contains(c, deep) {
		c = strings.ReplaceAll(c, deep, "*")
	}
	return c
}

// node is a place in the tree of patterns, after some of their components.
type node struct {
	number   int
	ids      []int // of the patterns that end here
	children map[string]*node
	globs    globs
	deep     *node // after **
	stays    bool  // it is behind **, so any further component leads here again
}

func (p *Paths) newNode() *node {
	p.nodes++
	return &node{number: p.nodes - 1}
}

// empty tells whether no pattern leads through the node.
func (n *node) empty() bool {
	return n.deep == nil && len(n.ids) == 0 && n.children == nil && len(n.globs.edges) == 0
}

// grow returns the node after one more component.
func (n *node) grow(component string, newNode func() *node) *node {
	switch {
	case component == deep:
		if n.stays {
			return n
		}
		if n.deep == nil {
			n.deep = newNode()
			n.deep.stays = true
		}
		return n.deep
	case strings.Contains(component, "*"):
		return n.globs.grow(component, newNode)
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	next, ok := n.children[component]
	if !ok {
		next = newNode()
		n.children[component] = next
	}
	return next
}

// finish builds the look-ups of a tree that is complete.
func (n *node) finish() {
	n.globs.finish()
	n.each((*node).finish)
}

// each calls do for every node that is one component further.
func (n *node) each(do func(*node)) {
	for _, c := range n.children {
		do(c)
	}
	for i := range n.globs.edges {
		do(n.globs.edges[i].to)
	}
	if n.deep != nil {
		do(n.deep)
	}
}
