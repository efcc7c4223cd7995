package policy

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/phone"
)

var (
	networkBases = wordSet("browse fetch connect call post message")
	visiting     = wordSet("browse open fetch read access search download connect upload")
	connecting   = wordSet("connect access use")
	fileBases    = wordSet("write edit delete create save copy move list")
)

func anyOf(bases []string, set map[string]bool) bool {
	return slices.ContainsFunc(bases, func(b string) bool { return set[b] })
}

// literal reads the next token by its shape.
func (p *parser) literal(bases []string) (literal, *SyntaxError) {
	t := p.peek()
	if t.kind != tokenWord && t.kind != tokenQuoted {
		return literal{}, nil
	}
	l := classify(t.raw, anyOf(bases, networkBases), anyOf(bases, fileBases))
	if l.kind == noLiteral && t.kind == tokenQuoted && strings.Trim(t.raw, "*") != "" && !strings.ContainsAny(t.raw, " ") && anyOf(bases, fileBases) {
		l = pathOf(t.raw)
	}
	if l.fault != "" {
		return l, p.fail(strconv.Quote(clip(t.raw))+" cannot be used: "+l.fault, "a path, a host or a name that the gate can tell")
	}
	return l, nil
}

// shaped reads what is known by its shape: a path, a host, a recipient, a tool.
func (p *parser) shaped(bases []string) (Clause, bool, *SyntaxError) {
	l, fault := p.literal(bases)
	if fault != nil || l.kind == noLiteral {
		return Clause{}, false, fault
	}
	if l.kind == pathLiteral && slices.Contains(bases, "install") {
		return Clause{}, false, nil
	}
	p.at++
	p.skipHead(l.kind)
	c := l.clause()
	if file, ok := strings.CutSuffix(l.text, "/**"); ok && l.kind == pathLiteral && slices.Contains(bases, "execute") {
		if dir := path.Base(path.Dir(file)); dir == "bin" || dir == "sbin" { // run /usr/bin/python3
			return Clause{Subject: Commands, Commands: []string{path.Base(file)}}, true, nil
		}
	}
	return c, true, nil
}

// skipHead passes over the noun behind a name: /data directory, example.com website.
func (p *parser) skipHead(kind literalKind) {
	heads := map[literalKind]string{
		pathLiteral: "directory folder file path tree", hostLiteral: "domain website site host server url page api", recipientLiteral: "number contact",
		toolLiteral: "tool",
	}
	for h := range strings.FieldsSeq(heads[kind]) {
		if singular(p.peek().word) == h {
			p.at++
			return
		}
	}
}

func (l literal) clause() Clause {
	switch l.kind {
	case pathLiteral:
		return Clause{Subject: Files, Paths: []string{l.text}}
	case hostLiteral:
		c := Clause{Subject: Network, Hosts: []string{l.text}}
		if l.port > 0 {
			c.Ports = []int{l.port}
		}
		return c
	case recipientLiteral:
		return Clause{Subject: Messages, Recipients: []string{l.text}, Channels: channelOf(l.text)}
	default:
		name, _ := toolName(l.text)
		return Clause{Subject: Tools, Tools: []string{name}}
	}
}

func channelOf(recipient string) []string {
	if isEmail(recipient) {
		return []string{"email"}
	}
	return nil
}

// quoted reads a quoted name. What it names follows from the verb, the noun behind it, or its shape.
func (p *parser) quoted(bases []string) (Clause, bool, *SyntaxError) {
	t := p.peek()
	if t.kind != tokenQuoted {
		return Clause{}, false, nil
	}
	c := Clause{}
	next := p.ahead(1)
	switch head := singular(next.word); {
	case head == "tool" || slices.Contains(bases, "use") && (isTool(strings.ToLower(t.raw)) || strings.Contains(t.raw, "__")):
		c.Subject = Tools
	case head == "package" || slices.Contains(bases, "install") || slices.Contains(bases, "add") && !strings.Contains(t.raw, "/"):
		c.Subject = Packages
	case head == "command" || head == "program" || slices.Contains(bases, "execute") && !isExecutablePath(t.raw):
		c.Subject = Commands
	case len(bases) == 0 && commandLike(t.raw):
		c.Subject = Commands
	case len(bases) == 1 && bases[0] == "use" && commandLike(t.raw):
		c.Subject = Commands
	default:
		return Clause{}, false, nil
	}
	if fault := p.addName(&c, t); fault != nil {
		return c, false, fault
	}
	p.at++
	if slices.Contains([]string{"tool", "package", "command", "program"}, singular(p.peek().word)) {
		p.at++
	}
	return c, true, nil
}

// isExecutablePath tells whether a quoted text is one path, so that the file is meant that would run.
func isExecutablePath(raw string) bool {
	return !strings.Contains(raw, " ") && (strings.Contains(raw, "/") || strings.Contains(raw, "*"))
}

func commandLike(raw string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(raw), " ")
	return knownPrograms[strings.ToLower(first)]
}

// recipient reads a telephone pattern.
func (p *parser) recipient([]string) (Clause, bool, *SyntaxError) {
	t := p.peek()
	if t.kind != tokenPhone {
		return Clause{}, false, nil
	}
	pattern, err := phone.ParsePattern(t.raw)
	if err != nil {
		return Clause{}, false, p.fail(err.Error(), "a number such as +6591234567, or +65* for all that begin so")
	}
	p.at++
	return Clause{Subject: Messages, Recipients: []string{pattern.String()}}, true, nil
}

// bare reads a word that only the verb explains: a program after run, a package after install, a tool after use.
func (p *parser) bare(bases []string) (Clause, bool, *SyntaxError) {
	t := p.peek()
	if t.kind != tokenWord {
		return Clause{}, false, nil
	}
	if sandboxed, n := p.sandbox(); n > 0 {
		p.at += n
		return sandboxed, true, nil
	}
	if slices.Contains(bases, "use") || slices.Contains(bases, "call") {
		if isTool(t.word) && !knownPrograms[t.word] {
			p.at++
			return Clause{Subject: Tools, Tools: []string{t.word}}, true, nil
		}
	}
	if slices.Contains(bases, "install") && isPackageName(t.word) && !knownDescription(p) {
		c := Clause{Subject: Packages}
		return c, true, p.named(&c)
	}
	channel, n := lookup(p, channels)
	if site, k := lookup(p, sites); k > 0 && (n == 0 || anyOf(bases, visiting)) {
		p.at += k
		p.skipHead(hostLiteral)
		return Clause{Subject: Network, Hosts: []string{site}}, true, nil
	}
	if n > 0 {
		p.at += n
		p.skipDeterminers()
		if who, k := lookup(p, nouns); k > 0 && who.Subject == Messages && len(who.Channels) == 0 { // email anyone
			p.at += k
		}
		return Clause{Subject: Messages, Channels: []string{channel}}, true, nil
	}
	if language := languages[t.word]; language != "" && (slices.Contains(bases, "execute") || len(bases) == 0 && !knownPrograms[t.word]) {
		p.at++
		if p.commandFollows() {
			p.at--
			return p.command()
		}
		return Clause{Subject: Code, Languages: []string{language}}, true, nil
	}
	if port := services[t.word]; port > 0 && anyOf(bases, connecting) {
		p.at++
		return Clause{Subject: Network, Ports: []int{port}}, true, nil
	}
	if knownPrograms[t.word] && (len(bases) == 0 || anyOf(bases, map[string]bool{"execute": true, "use": true, "call": true})) {
		return p.command()
	}
	return Clause{}, false, nil
}

// knownDescription tells whether a second plain word follows, so that the first describes something that is not known.
func knownDescription(p *parser) bool {
	next := p.ahead(1)
	return next.kind == tokenWord && next.word != "and" && next.word != "or" && !prepositions[next.word] && next.word != "except"
}

// subcommands are words that are read as part of a command without quotes.
var subcommands = wordSet(`push pull commit clone fetch merge rebase reset checkout add rm status log diff stash tag branch install uninstall publish run exec build start stop restart ps images apply destroy plan delete get create
up down test init update upgrade remove enable disable login config list compose prune kill cp mv ls deploy sync describe rollout scale drain purge autoremove set-url filter-branch gc clean`)

// command reads a program with subcommands, flags and paths.
func (p *parser) command() (Clause, bool, *SyntaxError) {
	words := []string{p.peek().raw}
	p.at++
	for p.commandFollows() {
		words = append(words, p.peek().raw)
		p.at++
	}
	if manager := managers[strings.ToLower(words[0])]; manager != "" && len(words) == 2 && (words[1] == "install" || words[1] == "add") {
		c := Clause{Subject: Packages, Managers: []string{manager}}
		return c, true, p.named(&c)
	}
	if w := singular(p.peek().word); w == "command" || w == "program" {
		p.at++
	}
	return Clause{Subject: Commands, Commands: []string{strings.Join(words, " ")}}, true, nil
}

// commandFollows tells whether the next word goes on with a command.
func (p *parser) commandFollows() bool {
	t := p.peek()
	if t.kind != tokenWord {
		return false
	}
	return subcommands[t.word] || strings.Trim(t.word, "0123456789") == "" || strings.HasPrefix(t.word, "-") && len(t.word) > 1 || strings.HasPrefix(t.word, "/") || t.word == "~"
}

// sandbox reads what names the sandbox.
func (p *parser) sandbox() (Clause, int) {
	n := p.longest([]string{
		"sandbox", "sandbox environment", "sandboxed environment", "sandbox container", "container", "isolated environment", "isolated container", "sandboxed container", "sandboxes",
		"secure sandbox", "sandbox mode", "docker container", "containers", "isolated sandbox", "sandbox environments", "sandboxed environments",
	})
	return Clause{Subject: Code, Sandbox: true}, n
}
