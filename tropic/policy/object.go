package policy

import (
	"slices"
	"strconv"
	"strings"
)

// objects reads what is joined by commas, and, or, until another verb or the end.
func (p *parser) objects(bases []string) ([]Clause, *SyntaxError) {
	var clauses []Clause
	for {
		c, fault := p.object(bases)
		if fault != nil {
			return nil, fault
		}
		clauses = addClause(clauses, c)
		n := p.joint()
		if n == 0 {
			return clauses, nil
		}
		p.at += n
		if p.startsGroup() || p.longest(exceptionWords) > 0 {
			p.at -= n
			return clauses, nil
		}
	}
}

// startsGroup tells whether verbs of their own come next.
func (p *parser) startsGroup() bool {
	if _, n := p.verb(); n > 0 {
		return true
	}
	topic, n := lookup(p, idioms)
	return n > 0 && p.idiomFits(topic, n)
}

// object reads one object with what limits it, and settles what the verbs mean for it.
func (p *parser) object(bases []string) (Clause, *SyntaxError) {
	start := p.at
	p.last = ""
	if prepositions[p.peek().word] && len(bases) > 0 { // connect to, look at, write to
		p.at++
	}
	c, fault := p.thing(bases)
	if fault != nil {
		return c, fault
	}
	if len(bases) == 0 { // file deletion, web browsing
		if base, n := p.postfix(); n > 0 {
			p.at += n
			bases = []string{base}
		}
	}
	if fault := p.qualifiers(&c, bases); fault != nil {
		return c, fault
	}
	return c, p.settle(&c, bases, start)
}

// postfix is a verb after its object.
func (p *parser) postfix() (string, int) {
	if base, n := p.nominal(); n > 0 {
		return base, n
	}
	if w := p.peek().word; strings.HasSuffix(w, "ing") && verbWords[w] != "" {
		return verbWords[w], 1
	}
	return "", 0
}

// settle gives the clause its verbs.
func (p *parser) settle(c *Clause, bases []string, start int) *SyntaxError {
	if len(bases) == 0 {
		bases = []string{implied(c.Subject)}
	}
	if c.Subject == Anything {
		if s := broadSubject(bases); s != "" {
			c.Subject = s
		}
	}
	verbs, unfit := verbsFor(bases, c.Subject)
	if slices.Contains(bases, "open") && c.Subject == Network && len(c.Hosts) == 0 { // open connections
		verbs = []Verb{Connect}
	}
	if len(bases) == 1 && c.Subject == Files && len(c.Paths) > 0 && (bases[0] == "copy" || bases[0] == "move") {
		switch p.last { // what is copied there is written there, and what is copied from there is read
		case "to", "into", "onto":
			verbs = []Verb{Write}
		case "from", "of":
			verbs = []Verb{map[string]Verb{"copy": Read, "move": Delete}[bases[0]]}
		}
	}
	if unfit != "" && c.Subject == Files && len(c.Hosts) > 0 { // read files from example.com
		c.Subject = Network
		verbs, unfit = verbsFor(bases, c.Subject)
	}
	if unfit != "" {
		p.at = start
		return p.fail(strconv.Quote(unfit)+" cannot be said of "+string(c.Subject), "one of "+strings.Join(basesOf(c.Subject), ", "))
	}
	c.Verbs = verbs
	places := c.Except
	c.Except = nil
	for _, e := range places {
		e.Verbs, e.Subject = slices.Clone(verbs), c.Subject
		c.Except = addClause(c.Except, e)
	}
	return p.check(c, start)
}

// check refuses what the gate cannot know.
func (p *parser) check(c *Clause, start int) *SyntaxError {
	reason, want := "", ""
	switch {
	case c.Subject == Network && len(c.Paths) > 0:
		reason, want = "connections have no directory", "a host or a port"
	case c.Subject == Messages && len(c.Paths)+len(c.Hosts) > 0:
		reason, want = "messages have no directory and no host", "a channel or a recipient"
	case c.Subject == Files && len(c.Hosts) > 0 && !c.has(Download, Upload):
		reason, want = "only what is downloaded or uploaded has a host", "download, upload, or browse"
	case c.Subject == Files && len(c.Channels)+len(c.Recipients) > 0 && !c.has(Upload):
		reason, want = "only what is sent has a channel or a recipient", "send, share or upload"
	default:
		return nil
	}
	p.at = start
	return p.fail(reason, want)
}

func broadSubject(bases []string) Subject {
	s := broad[bases[0]]
	for _, b := range bases {
		if broad[b] != s {
			return ""
		}
	}
	return s
}

// basesOf lists what can be done to a subject.
func basesOf(s Subject) []string {
	var out []string
	for b := range meanings[s] {
		out = append(out, b)
	}
	slices.Sort(out)
	return out
}

// thing reads what an object names, without what limits it.
func (p *parser) thing(bases []string) (Clause, *SyntaxError) {
	p.skipDeterminers()
	if c, ok := p.outside(); ok {
		return c, nil
	}
	for _, read := range []func([]string) (Clause, bool, *SyntaxError){p.quoted, p.recipient, p.ports, p.modified, p.toolNamed, p.plainNoun, p.shaped, p.bare} {
		c, ok, fault := read(bases)
		if fault != nil || ok {
			return c, fault
		}
	}
	return Clause{}, p.unexpected(wantObject(bases))
}

// outside reads a place as an object: write outside the workspace.
func (p *parser) outside() (Clause, bool) {
	if n := p.longest(outsideWords); n > 0 {
		return Clause{Subject: Files}, true // the place is read as what limits it
	}
	return Clause{}, false
}

func (p *parser) plainNoun(bases []string) (Clause, bool, *SyntaxError) {
	if name, k := p.meant(bases); k > 0 {
		p.at += k
		return Clause{Subject: Topics, Topics: []string{name}}, true, nil
	}
	n, k := lookup(p, nouns)
	if k == 0 || k == 1 && namesMore(p.peek().word, bases, n) {
		return Clause{}, false, nil
	}
	p.at += k
	c := copyOf(n.Clause)
	if c.Subject == Code && len(c.Languages) == 0 && !c.Sandbox && anyOf(bases, codeAsFiles) {
		c = Clause{Subject: Files, Paths: elements(sourcePatterns)}
	}
	if slices.Contains(bases, "execute") && slices.Contains(c.Paths, "**/*.exe") { // what is run is executable, whatever its name
		c.Paths = nil
	}
	if c.Subject == Packages || c.Subject == Commands || c.Subject == Tools {
		return c, true, p.named(&c)
	}
	return c, true, nil
}

// copyOf shares no list with the tables.
func copyOf(c Clause) Clause {
	for _, l := range c.lists() {
		*l = slices.Clone(*l)
	}
	c.Ports = slices.Clone(c.Ports)
	return c
}

// wantObject says what verbs can be about.
func wantObject(bases []string) string {
	if len(bases) == 0 {
		return "a verb such as read, write, run, browse, send or install, or what the rule is about"
	}
	switch bases[0] {
	case "execute":
		return "commands, a command in quotes, code, or sudo"
	case "install":
		return "packages, or their names in quotes"
	case "send", "post", "message", "call":
		return "messages, a channel such as WhatsApp, or a recipient such as +65*"
	case "browse", "fetch", "connect":
		return "websites, a host such as example.com, or a port"
	case "use":
		return "a tool such as web_search"
	}
	return "files, a path, credentials, a host, or another thing that the grammar names"
}
