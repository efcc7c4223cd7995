package pattern

import "strings"

// Place is where a call happens.
type Place struct {
	Home      string // "" when it is not known: then /root and every directory in /home or /Users is one
	Workspace string // "" when it is not known
}

// Reading says what a path that is itself a glob must do to match a pattern. For a plain path both are the same.
type Reading uint8

const (
	// Some holds if a path that the glob may become matches, as far as the call names it: a component without a letter of
	// its own, and a stretch that only the run can tell (**), meet what a pattern has in a directory that both name, and
	// not what it has behind a **, nor anything at the beginning. Else cat * would be a read of every file there is.
	Some Reading = iota
	// Every holds if each path that the glob may become matches.
	Every
)

// Walk is the memory of one match after another. It must not be used by two goroutines at once.
type Walk struct {
	active, next []*node
	entered      []uint32 // by number of node: in which step it was entered last
	step         uint32
}

// Append adds the indexes of the patterns that a path matches to ids, each once. The path is absolute and clean where its
// directory is known; isGlob tells that it is a glob of a shell.
func (p *Paths) Append(ids []int, w *Walk, path string, isGlob bool, at Place, reading Reading) []int {
	if p == nil {
		return ids
	}
	path = strings.ToLower(path)
	ids = p.run(ids, w, p.anywhere, path, isGlob, reading)
	if !strings.HasPrefix(path, "/") {
		if isGlob && strings.HasPrefix(path, deep) {
			ids = p.run(ids, w, p.absolute, path, isGlob, reading)
		}
		return ids
	}
	ids = p.run(ids, w, p.absolute, path, isGlob, reading)
	if p.workspace.empty() && p.home.empty() {
		return ids
	}
	if rest, ok := below(path, at.Workspace); ok {
		ids = p.run(ids, w, p.workspace, rest, isGlob, reading)
	}
	if rest, ok := belowHome(path, at.Home); ok {
		ids = p.run(ids, w, p.home, rest, isGlob, reading)
	}
	return ids
}

// below cuts a directory off a path in lower case.
func below(path, directory string) (string, bool) {
	if directory == "" || directory == "/" || len(path) < len(directory) || !strings.EqualFold(path[:len(directory)], directory) {
		return "", false
	}
	rest := path[len(directory):]
	return strings.TrimPrefix(rest, "/"), rest == "" || rest[0] == '/'
}

func belowHome(path, home string) (string, bool) {
	if home != "" {
		return below(path, home)
	}
	if rest, ok := below(path, "/root"); ok {
		return rest, true
	}
	for _, homes := range [...]string{"/home/", "/users/"} {
		if rest, ok := strings.CutPrefix(path, homes); ok && rest != "" {
			_, rest, _ = strings.Cut(rest, "/")
			return rest, true
		}
	}
	return "", false
}

// run follows the components of a path from a root on, in all ways at once.
func (p *Paths) run(ids []int, w *Walk, root *node, path string, isGlob bool, reading Reading) []int {
	if root.empty() {
		return ids
	}
	if len(w.entered) < p.nodes {
		w.entered = make([]uint32, p.nodes)
		w.step = 0
	}
	w.start(root)
	path = strings.TrimPrefix(path, "/")
	named := !strings.HasPrefix(path, deep) || root != p.anywhere && root != p.absolute
	for path != "" && len(w.active) > 0 {
		var component string
		component, path, _ = strings.Cut(path, "/")
		w.nextStep()
		switch {
		case !isGlob:
			w.plain(component)
		case component == deep && (!named || reading == Every):
			w.stay()
		case component == deep:
			w.descend()
		case reading == Every:
			w.plain(narrow(component))
		case strings.ContainsAny(component, `*?[{\`):
			w.meet(component)
		default:
			w.plain(component)
		}
		named = true
		w.active, w.next = w.next, w.active[:0]
	}
	for _, n := range w.active {
		ids = append(ids, n.ids...)
	}
	w.active = w.active[:0]
	return ids
}

func (w *Walk) start(root *node) {
	w.active, w.next = w.active[:0], w.next[:0]
	w.nextStep()
	w.enter(root)
	w.active, w.next = w.next, w.active
}

func (w *Walk) nextStep() {
	w.step++
	if w.step == 0 { // after 4 billion steps old marks could be taken for new ones
		clear(w.entered)
		w.step = 1
	}
}

// enter makes a node active after this step, and with it what lies behind a ** that matches nothing.
func (w *Walk) enter(n *node) {
	if w.entered[n.number] == w.step {
		return
	}
	w.entered[n.number] = w.step
	w.next = append(w.next, n)
	if n.deep != nil {
		w.enter(n.deep)
	}
}

func (w *Walk) enterMatching(edges []*edge, component string) {
	for _, e := range edges {
		if e.glob.match(component) {
			w.enter(e.to)
		}
	}
}

// plain takes a component that is what it is.
func (w *Walk) plain(component string) {
	for _, n := range w.active {
		if n.stays {
			w.enter(n)
		}
		if c, ok := n.children[component]; ok {
			w.enter(c)
		}
		n.globs.match(component, w)
	}
}

// stay takes a stretch that only ** may match.
func (w *Walk) stay() {
	for _, n := range w.active {
		if n.stays {
			w.enter(n)
		}
	}
}

// descend takes a stretch that may be anything, so every node below is reached, up to those behind a **.
func (w *Walk) descend() {
	for _, n := range w.active {
		w.reach(n)
	}
}

func (w *Walk) reach(n *node) {
	if w.entered[n.number] == w.step {
		return
	}
	w.entered[n.number] = w.step
	w.next = append(w.next, n)
	if !n.stays {
		n.each(w.reach)
	}
}

// meet takes a component that is a glob: whatever it may become.
func (w *Walk) meet(component string) {
	g := parseGlob(widen(component))
	for _, n := range w.active {
		if n.stays {
			w.enter(n)
			if g.blank() {
				if n.globs.any != nil {
					w.enter(n.globs.any)
				}
				continue
			}
		}
		for text, c := range n.children {
			if g.match(text) {
				w.enter(c)
			}
		}
		for i := range n.globs.edges {
			if e := &n.globs.edges[i]; e.glob.meets(&g) {
				w.enter(e.to)
			}
		}
	}
}
