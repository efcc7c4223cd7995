package policy

import (
	"slices"
	"strconv"
	"strings"
)

// namesMore tells whether a noun is the name of a program after run, or of a package after install.
func namesMore(word string, bases []string, n noun) bool {
	switch {
	case slices.Contains(bases, "execute"):
		return n.Subject == Network && knownPrograms[word]
	case slices.Contains(bases, "install"):
		return word == "requests"
	}
	return false
}

// named reads names after a noun: packages requests and numpy, commands `git push`.
func (p *parser) named(c *Clause) *SyntaxError {
	if p.peek().word == "named" || p.peek().word == "called" || p.peek().word == "like" {
		p.at++
	}
	for p.isName(c.Subject, 0) {
		if fault := p.addName(c, p.peek()); fault != nil {
			return fault
		}
		p.at++
		n := p.joint()
		if n == 0 || !p.isName(c.Subject, n) || c.Subject == Packages && p.ahead(n).kind == tokenWord && p.ahead(n+1).kind == tokenWord {
			return nil
		}
		p.at += n
	}
	return nil
}

// isName tells whether the token n ahead is a name of the subject.
func (p *parser) isName(s Subject, n int) bool {
	t, after := p.ahead(n), p.ahead(n+1)
	switch {
	case t.kind == tokenQuoted:
		return true
	case t.kind != tokenWord:
		return false
	case s == Commands:
		return knownPrograms[t.word] && after.kind != tokenWord
	case s == Packages:
		return isPackageName(t.word)
	case strings.Contains(t.word, "_"):
		return true
	case !isTool(t.word):
		return false
	}
	return verbWords[t.word] == "" || p.endsName(s, n+1)
}

// endsName tells whether the token n ahead can only stand behind a name, so that a tool such as read is not the verb.
func (p *parser) endsName(s Subject, n int) bool {
	switch t := p.ahead(n); {
	case t.kind == tokenEnd, slices.Contains([]string{"except", "tool", "tools", "but", "other"}, t.word):
		return true
	case t.kind == tokenComma, t.word == "and", t.word == "or":
		return p.isName(s, n+1)
	}
	return false
}

func (p *parser) addName(c *Clause, t token) *SyntaxError {
	switch c.Subject {
	case Commands:
		text := strings.Join(strings.Fields(t.raw), " ")
		if text == "" {
			return p.fail("the command is empty", "a program such as `git push`")
		}
		c.Commands = union(c.Commands, []string{text})
	case Packages:
		if !isPackageShape(strings.ToLower(t.raw)) {
			return p.fail(strconv.Quote(clip(t.raw))+" is no package name", "a name without spaces")
		}
		c.Packages = union(c.Packages, []string{t.raw})
	default:
		name, ok := toolName(t.raw)
		if !ok {
			return p.fail(strconv.Quote(clip(t.raw))+" is no tool id", "an id such as web_search or github__create_issue")
		}
		c.Tools = union(c.Tools, []string{name})
	}
	return nil
}
