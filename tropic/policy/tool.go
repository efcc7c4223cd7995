package policy

import (
	"strconv"
	"strings"
)

// toolNamed reads tools: tool web_search, github__*, the MCP server github, github MCP tools, the calculator tool.
func (p *parser) toolNamed([]string) (Clause, bool, *SyntaxError) {
	first, second := p.peek(), p.ahead(1)
	switch {
	case first.word == "mcp":
		return p.mcp()
	case second.word == "mcp" && (first.kind == tokenQuoted || first.kind == tokenWord && isToolPattern(first.raw)):
		if !isToolPattern(first.raw) {
			return Clause{}, false, p.fail(strconv.Quote(clip(first.raw))+" is no MCP server", "a name such as github")
		}
		p.at += 2
		p.skipWords("server", "servers", "tool", "tools", "call", "calls")
		return Clause{Subject: Tools, Tools: []string{first.raw + "__*"}}, true, nil
	case singular(second.word) == "tool" && isToolID(first):
		name, _ := toolName(first.raw)
		p.at += 2
		return Clause{Subject: Tools, Tools: []string{name}}, true, nil
	}
	return Clause{}, false, nil
}

// isToolID tells whether a word in front of "tool" is an id.
func isToolID(t token) bool {
	if t.kind != tokenWord || !isToolPattern(t.raw) || t.word == "mcp" {
		return false
	}
	return isTool(t.word) || strings.Contains(t.word, "_")
}

func (p *parser) skipWords(words ...string) {
	for {
		n := p.longest(words)
		if n == 0 {
			return
		}
		p.at += n
	}
}

// mcp reads what follows "MCP".
func (p *parser) mcp() (Clause, bool, *SyntaxError) {
	p.at++
	c := Clause{Subject: Tools}
	server := p.peek().word == "server" || p.peek().word == "servers"
	start := p.at
	p.skipWords("server", "servers", "tool", "tools", "call", "calls")
	if w := p.peek().word; w == "from" || w == "of" || w == "on" || w == "in" || w == "by" {
		server = true
		p.at++
		p.skipWords("the", "server", "servers", "mcp")
	}
	p.skipWords("named", "called")
	for {
		t := p.peek()
		if (t.kind != tokenQuoted && t.kind != tokenWord) || !isToolPattern(t.raw) || p.reserved(t) {
			break
		}
		switch name := strings.TrimPrefix(t.raw, "mcp__"); {
		case strings.Contains(name, "__"):
			c.Tools = union(c.Tools, []string{name})
		case server:
			c.Tools = union(c.Tools, []string{name + "__*"})
		default:
			c.Tools = union(c.Tools, []string{"*__" + name})
		}
		p.at++
		p.skipWords("server", "servers", "tool", "tools")
		n := p.joint()
		if next := p.ahead(n); n == 0 || p.reserved(next) || next.kind == tokenEnd || isListed(next.word) && next.kind == tokenWord && next.word != "github" {
			break
		}
		p.at += n
	}
	if len(c.Tools) == 0 {
		if w := p.tokens[p.at-1].word; p.at > start && w != "server" && w != "servers" && w != "tool" && w != "tools" && w != "call" && w != "calls" {
			return c, false, p.unexpected("the name of an MCP server")
		}
		c.Tools = []string{allMCP}
	}
	return c, true, nil
}

// reserved tells whether a word goes on with the rule, rather than being a name.
func (p *parser) reserved(t token) bool {
	return t.kind == tokenWord && (prepositions[t.word] || determiners[t.word] || t.word == "and" || t.word == "or" || t.word == "except" || t.word == "other" || t.word == "apart" || t.word == "but" ||
		t.word == "excluding" || t.word == "outside")
}
