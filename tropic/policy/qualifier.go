package policy

import (
	"slices"
	"strings"
)

// linkWords join a noun with what limits it, and say nothing.
var linkWords = []string{
	"that are", "which are", "that is", "which is", "located", "stored", "found", "hosted", "running", "going", "coming", "originating", "that live", "written", "whose", "residing",
	"ending in", "ending with", "with extension", "with the extension", "with extensions", "of type", "that end in", "that end with", "that are located", "that are stored", "that go", "that run",
}

// whose are words that limit recipients in a way that the gate cannot know.
var whose = wordSet("my our your their its own user user's agent's existing new various")

// qualifiers reads what limits an object: where, to whom, by which port, how large.
func (p *parser) qualifiers(c *Clause, bases []string) *SyntaxError {
	for !p.done() {
		before := p.at
		p.skipWords(trailers...)
		if s, ok := p.size(); ok {
			if c.Subject != Files && c.Subject != Anything && c.Subject != Network {
				p.at = before
				return p.fail("only files have a size", "the end of the rule")
			}
			if c.Subject != Files {
				c.Subject, c.Hosts = Files, nil
			}
			c.Size = s
			continue
		}
		if n := p.longest(outsideWords); n > 0 {
			p.at += n
			if fault := p.outsideOf(c, bases); fault != nil {
				return fault
			}
			continue
		}
		if fault := p.within(c, bases); fault != nil {
			return fault
		}
		if p.at == before {
			return nil
		}
	}
	return nil
}

// within reads a preposition and what follows it, or a limit that needs none.
func (p *parser) within(c *Clause, bases []string) *SyntaxError {
	start := p.at
	p.skipWords(linkWords...)
	if p.longest(exceptionWords) > 0 {
		return nil
	}
	preposition := ""
	for prepositions[p.peek().word] {
		preposition = p.peek().word
		p.last = preposition
		p.at++
	}
	if preposition == "" && p.at == start {
		return p.adjoined(c, bases)
	}
	stated := len(c.Channels) > 0
	for first := true; ; first = false {
		at := p.at
		limit, ok, fault := p.operand(c, bases)
		if fault != nil {
			return fault
		}
		if stated && len(limit.Recipients) > 0 { // the channel is not inferred from them
			limit.Channels = nil
		}
		if !ok || !narrow(c, limit, !first) {
			p.at = at
			if first {
				return p.unexpected(wantLimit(c.Subject))
			}
			return nil
		}
		n := p.joint()
		if n == 0 || !p.continues(n, limit, stated) {
			return nil
		}
		p.at += n
		if prepositions[p.peek().word] {
			p.at++
		}
	}
}

// continues tells whether what follows n tokens on is of the same kind as limit, so that it belongs to the same list.
// stated tells that the channel of recipients is given already.
func (p *parser) continues(n int, limit Clause, stated bool) bool {
	rest := *p
	rest.at += n
	if rest.startsGroup() || rest.longest(exceptionWords) > 0 {
		return false
	}
	if prepositions[rest.peek().word] {
		rest.at++
	}
	next, ok, fault := rest.operand(&limit, nil)
	if fault != nil || !ok {
		return false
	}
	if len(limit.Recipients) > 0 && len(limit.Channels) == 0 && stated && len(next.Recipients) > 0 {
		next.Channels = nil
	}
	if _, k := lookup(&rest, nouns); k > 0 { // it only describes what follows
		return false
	}
	for i, l := range limit.lists() {
		if len(*l) > 0 != (len(*next.lists()[i]) > 0) {
			return false
		}
	}
	return limit.Subject == next.Subject && (len(limit.Ports) > 0) == (len(next.Ports) > 0)
}

// adjoined reads limits that need no preposition: +65*, port 22, alice@example.com, `github`.
func (p *parser) adjoined(c *Clause, bases []string) *SyntaxError {
	t := p.peek()
	isPort := t.word == "port" || t.word == "ports"
	if !isPort && t.kind != tokenPhone && (c.Subject != Messages || t.kind != tokenWord || !isEmail(t.raw) && t.word[0] != '#') {
		return nil
	}
	if c.Subject != Messages && c.Subject != Network {
		return nil
	}
	limit, ok, fault := p.operand(c, bases)
	if fault != nil || !ok {
		return fault
	}
	narrow(c, limit, false)
	return nil
}

// operand reads what can follow a preposition, as a clause whose lists limit another.
func (p *parser) operand(c *Clause, bases []string) (Clause, bool, *SyntaxError) {
	if c.Subject == Messages && whose[p.peek().word] {
		return Clause{}, false, nil // whose number it is cannot be known
	}
	p.skipDeterminers()
	if n := p.longest([]string{"host", "hosts", "domain", "domains", "server", "url", "site", "website"}); n > 0 && p.namesFollow(n) {
		p.at += n
		return p.hosts()
	}
	if n := p.longest([]string{"recipient", "recipients", "number", "numbers", "channel", "channels", "manager", "managers", "directory", "folder", "path"}); n > 0 && p.namesFollow(n) {
		p.at += n
	}
	if sandboxed, n := p.sandbox(); n > 0 {
		p.at += n
		return sandboxed, true, nil
	}
	if limit, ok, fault := p.ports(nil); ok || fault != nil {
		return limit, ok, fault
	}
	if limit, ok, fault := p.recipient(nil); ok || fault != nil {
		return limit, ok, fault
	}
	if limit, ok := p.limitName(c); ok {
		return limit, true, nil
	}
	if c.Subject == Tools {
		if limit, ok, fault := p.toolNamed(nil); ok || fault != nil {
			return limit, ok, fault
		}
	}
	if limit, ok, _ := p.modified(nil); ok {
		return limit, true, nil
	}
	if n, k := lookup(p, nouns); k > 0 {
		p.at += k
		return copyOf(n.Clause), true, nil
	}
	if c.Subject == Messages && len(bases) > 0 && p.peek().kind == tokenQuoted && !looksLikePath(p.peek().raw) {
		return p.recipientID()
	}
	if c.Subject == Files && p.peek().kind == tokenQuoted {
		bases = append(slices.Clone(bases), "list")
	}
	if site, k := lookup(p, sites); k > 0 && (c.Subject == Network || c.Subject == Files || c.Subject == Anything) {
		p.at += k
		return Clause{Subject: Network, Hosts: []string{site}}, true, nil
	}
	return p.shaped(bases)
}

// hosts reads hosts after a noun that says that they are.
func (p *parser) hosts() (Clause, bool, *SyntaxError) {
	c, ok, fault := p.shaped([]string{"browse"})
	for ok && fault == nil && c.Subject == Network {
		n := p.joint()
		rest := *p
		rest.at += n
		more, again, _ := rest.shaped([]string{"browse"})
		if n == 0 || !again || more.Subject != Network {
			break
		}
		p.at = rest.at
		c.Hosts, c.Ports = union(c.Hosts, more.Hosts), sortedPorts(union(c.Ports, more.Ports))
	}
	return c, ok && c.Subject == Network, fault
}

// namesFollow tells whether a name follows the noun n tokens long, so that the noun only says what kind of name it is.
func (p *parser) namesFollow(n int) bool {
	rest := *p
	rest.at += n
	t := rest.peek()
	if t.kind == tokenQuoted || t.kind == tokenPhone {
		return true
	}
	l, fault := rest.literal(nil)
	_, isChannel := lookup(&rest, channels)
	_, isManager := lookup(&rest, managers)
	return fault == nil && l.kind != noLiteral || isChannel > 0 || isManager > 0
}

// limitName reads a name that the subject gives its meaning: a channel, a package manager, a language.
func (p *parser) limitName(c *Clause) (Clause, bool) {
	switch c.Subject {
	case Messages, Anything, Files:
		if v, n := lookup(p, channels); n > 0 {
			p.at += n
			return Clause{Subject: Messages, Channels: []string{v}}, true
		}
	case Packages:
		if v, n := lookup(p, managers); n > 0 {
			p.at += n
			return Clause{Subject: Packages, Managers: []string{v}}, true
		}
	case Code:
		if v, n := lookup(p, languages); n > 0 {
			p.at += n
			return Clause{Subject: Code, Languages: []string{v}}, true
		}
	default:
	}
	return Clause{}, false
}

// recipientID reads the quoted id of a recipient, as a channel knows it.
func (p *parser) recipientID() (Clause, bool, *SyntaxError) {
	raw := p.peek().raw
	if raw == "" || strings.Contains(strings.TrimSuffix(raw, "*"), "*") {
		return Clause{}, false, p.fail("it is no recipient", "an id, or the beginning of one and a *")
	}
	p.at++
	return Clause{Subject: Messages, Recipients: []string{raw}, Channels: channelOf(raw)}, true, nil
}

// outsideOf reads the place after "outside", and excepts it.
func (p *parser) outsideOf(c *Clause, bases []string) *SyntaxError {
	limit, ok, fault := p.operand(c, bases)
	if fault != nil {
		return fault
	}
	if !ok {
		return p.unexpected("a place such as the workspace or /data")
	}
	if c.Subject == Anything && limit.Subject == Files {
		c.Subject = Files
	}
	if c.Subject == Files && slices.Equal(limit.Paths, []string{"workspace/**"}) {
		limit.Paths = []string{"class:outside-workspace"}
		narrow(c, limit, false)
		return nil
	}
	excepted := Clause{Subject: c.Subject}
	unsent := c.Subject == Files && limit.Subject == Messages && !slices.Contains(c.Verbs, Send)
	if unsent || !narrow(&excepted, limit, false) {
		return p.fail("what is outside of it cannot be told", wantLimit(c.Subject))
	}
	for {
		n := p.joint()
		if n == 0 || !p.continues(n, limit, false) {
			break
		}
		p.at += n
		more, _, _ := p.operand(c, bases)
		narrow(&excepted, more, true)
	}
	excepted.Subject = c.Subject
	c.Except = append(c.Except, excepted)
	return nil
}

func wantLimit(s Subject) string {
	switch s {
	case Files:
		return "a directory, a host that it goes to or comes from, or a size"
	case Network:
		return "a host such as example.com, or a port"
	case Messages:
		return "a channel such as WhatsApp, or a recipient such as +65*"
	case Code, Commands:
		return "the sandbox, a directory, or as root"
	case Packages:
		return "a package manager such as npm"
	default:
		return "the end of the rule"
	}
}
