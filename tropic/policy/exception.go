package policy

import "slices"

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
		clauses[i].Except = append(clauses[i].Except, excepted...)
	}
	return nil
}

// excepted reads objects after "except", with the verbs of the group if they have none.
func (p *parser) excepted(base Clause, bases []string) ([]Clause, *SyntaxError) {
	var out []Clause
	for {
		own, _ := p.verbs()
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
