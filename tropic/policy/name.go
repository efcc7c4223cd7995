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
	for isName(c.Subject, p.peek(), p.ahead(1)) {
		if fault := p.addName(c, p.peek()); fault != nil {
			return fault
		}
		p.at++
		n := p.joint()
		next, after := p.ahead(n), p.ahead(n+1)
		if n == 0 || !isName(c.Subject, next, after) || c.Subject == Packages && next.kind == tokenWord && after.kind == tokenWord {
			return nil
		}
		p.at += n
	}
	return nil
}

// isName tells whether a token is a name of the subject, given the one behind it.
func isName(s Subject, t, after token) bool {
	switch {
	case t.kind == tokenQuoted:
		return true
	case t.kind != tokenWord:
		return false
	case s == Commands:
		return knownPrograms[t.word] && after.kind != tokenWord
	case s == Packages:
		return isPackageName(t.word)
	default:
		return isTool(t.word) || strings.Contains(t.word, "_")
	}
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
		if !isPackageName(strings.ToLower(t.raw)) {
			return p.fail(strconv.Quote(clip(t.raw))+" is no package name", "a name without spaces")
		}
		c.Packages = union(c.Packages, []string{t.raw})
	default:
		name, ok := toolName(t.raw)
		if !ok {
			return p.fail(strconv.Quote(clip(t.raw))+" is no tool id", "an id such as web_search or github__create_issue")
		}
		if slices.Equal(c.Tools, []string{allMCP}) {
			c.Tools = nil
		}
		c.Tools = union(c.Tools, []string{name})
	}
	return nil
}
