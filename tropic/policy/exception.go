package policy

import (
	"slices"
	"strings"
)

// exception reads what is excepted from the clauses of a group, and gives it to each of them.
func (p *parser) exception(clauses []Clause, bases []string) *SyntaxError {
	comma := 0
	if p.peek().kind == tokenComma {
		comma = 1
	}
	rest := *p
	rest.at += comma
	n := rest.longest(exceptionWords)
	if n == 0 {
		return nil
	}
	p.at += comma + n
	excepted, fault := p.excepted(clauses[0], bases)
	if fault != nil {
		return fault
	}
	for i := range clauses {
		for _, e := range excepted {
			clauses[i].Except = addClause(clauses[i].Except, copyOf(e))
		}
	}
	return nil
}

// excepted reads objects after "except", with the verbs of the group if they have none.
func (p *parser) excepted(base Clause, bases []string) ([]Clause, *SyntaxError) {
	var out []Clause
	if c, ok := p.exceptedNames(base); ok {
		return []Clause{c}, nil
	}
	for {
		own, idiom := p.verbs()
		if idiom != "" {
			c, fault := p.idiom(idiom)
			if fault != nil {
				return nil, fault
			}
			return append(out, c), nil
		}
		inherited := len(own) == 0
		if inherited {
			own = bases
		}
		found, fault := p.exceptedObjects(base, own, inherited)
		if fault != nil {
			return nil, fault
		}
		for _, c := range found {
			if len(c.Except) > 0 {
				return nil, p.fail("an exception has an exception", "a rule of its own")
			}
			out = addClause(out, c)
		}
		n := p.joint()
		if n == 0 || !p.moreExcepted(n) {
			return out, nil
		}
		p.at += n
	}
}

// exceptedNames reads what only the group gives its meaning: numbers of ports, ids of tools.
func (p *parser) exceptedNames(base Clause) (Clause, bool) {
	c := Clause{Subject: base.Subject, Verbs: slices.Clone(base.Verbs)}
	start := p.at
	switch base.Subject {
	case Network:
		if list, fault := p.portList(); fault == nil && len(list) > 0 {
			c.Ports = list
			return c, true
		}
	case Tools, Anything:
		if base.Subject == Anything && len(base.Verbs) == 1 && !isTool(p.peek().word) {
			return c, false
		}
		c.Subject, c.Verbs = Tools, []Verb{Use}
		for p.exceptedTool(&c, base) {
			n := p.joint()
			if n == 0 || p.ahead(n).kind == tokenEnd {
				break
			}
			p.at += n
		}
		p.skipWords("tool", "tools", "server", "servers")
		if len(c.Tools) > 0 && p.done() {
			return c, true
		}
	default:
	}
	p.at = start
	return c, false
}

// exceptedTool reads one id. Among MCP tools a plain name is a server.
func (p *parser) exceptedTool(c *Clause, base Clause) bool {
	p.skipDeterminers()
	t := p.peek()
	if t.kind != tokenWord && t.kind != tokenQuoted || p.reserved(t) {
		return false
	}
	name, ok := toolName(t.raw)
	switch {
	case !ok:
		return false
	case slices.Equal(base.Tools, []string{allMCP}) && !strings.Contains(name, "__"):
		name += "__*"
	case !isTool(strings.ToLower(t.word)) && !strings.ContainsAny(name, "_*") && t.kind == tokenWord:
		return false
	}
	c.Tools = union(c.Tools, []string{name})
	p.at++
	return true
}

// moreExcepted tells whether another verb within the exception follows n tokens on.
func (p *parser) moreExcepted(n int) bool {
	t := p.ahead(n)
	return len(t.word) > 3 && t.word[len(t.word)-3:] == "ing" && verbWords[t.word] != ""
}

// exceptedObjects reads objects whose verbs may be inherited. What the verbs of the group cannot be said of keeps its own.
func (p *parser) exceptedObjects(base Clause, bases []string, inherited bool) ([]Clause, *SyntaxError) {
	start := *p
	if prepositions[p.peek().word] {
		p.at++
	}
	found, fault := p.objects(bases)
	if fault != nil && inherited {
		*p = start
		if prepositions[p.peek().word] {
			p.at++
		}
		if found, fault = p.objects(nil); fault != nil {
			return nil, fault
		}
	}
	if fault != nil {
		return nil, fault
	}
	for i := range found {
		adapt(&found[i], base, inherited)
	}
	return found, nil
}

// adapt makes an exception be about the same subject as what it is excepted from, where it can be: websites except
// 10.0.0.0/8, messages except to +65*, code except in /tmp.
func adapt(c *Clause, base Clause, inherited bool) {
	if !inherited {
		return
	}
	if c.Subject == Files && base.Subject == Code && len(c.Paths) > 0 {
		c.Subject, c.Within, c.Paths, c.Verbs = Code, c.Paths, nil, []Verb{Execute}
	}
	if c.Subject == base.Subject {
		c.Verbs = slices.Clone(base.Verbs)
	}
}
