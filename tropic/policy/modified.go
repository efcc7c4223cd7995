package policy

import (
	"slices"
	"strings"
)

// modified reads names in front of what they are names of: npm and pip packages, WhatsApp or Telegram messages.
func (p *parser) modified([]string) (Clause, bool, *SyntaxError) {
	for _, m := range modifiers {
		values, n := p.namesBefore(m.names, m.heads)
		if _, k := lookup(p, nouns); n == 0 || k >= n {
			continue // a noun that has its own meaning, such as log files
		}
		p.at += n
		c := Clause{Subject: m.subject}
		for _, v := range values {
			m.apply(&c, v)
		}
		return c, true, nil
	}
	return Clause{}, false, nil
}

// modifier is a kind of name and the nouns that it can stand in front of.
type modifier struct {
	names   map[string]string
	heads   map[string]bool
	subject Subject
	apply   func(*Clause, string)
}

var modifiers = []modifier{
	{
		normalKeys(channels), wordSet("message chat contact dm notification call number channel conversation user group post reply attachment media text recipient file photo"), Messages,
		func(c *Clause, v string) { c.Channels = union(c.Channels, []string{v}) },
	},
	{
		normalKeys(managers), wordSet("package module library dependency app"), Packages,
		func(c *Clause, v string) { c.Managers = union(c.Managers, []string{v}) },
	},
	{
		normalKeys(languages), wordSet("code script program snippet interpreter"), Code,
		func(c *Clause, v string) { c.Languages = union(c.Languages, []string{v}) },
	},
	{
		typeNames(), wordSet("file document"), Files,
		func(c *Clause, v string) { c.Paths = union(c.Paths, strings.Fields(v)) },
	},
	{
		programNames(), wordSet("command"), Commands,
		func(c *Clause, v string) { c.Commands = union(c.Commands, []string{v}) },
	},
	{
		toolNames(), wordSet("tool"), Tools,
		func(c *Clause, v string) { c.Tools = union(c.Tools, []string{v}) },
	},
	{
		serviceNames(), wordSet("connection server port traffic session request"), Network,
		func(c *Clause, v string) { c.Ports = sortedPorts(union(c.Ports, []int{services[v]})) },
	},
}

func sortedPorts(ports []int) []int {
	slices.Sort(ports)
	return slices.Compact(ports)
}

func normalKeys(table map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range table {
		out[normalPhrase(strings.Fields(k))] = v
	}
	return out
}

func typeNames() map[string]string {
	out := map[string]string{}
	for extensions, names := range fileTypes {
		var patterns []string
		for e := range strings.FieldsSeq(extensions) {
			patterns = append(patterns, "**/*."+e)
		}
		for n := range strings.SplitSeq(names, ",") {
			n = strings.TrimSpace(n)
			out[normalPhrase(strings.Fields(n))] = strings.Join(patterns, " ")
			out["."+n] = strings.Join(patterns, " ")
		}
	}
	for e := range fileExtensions {
		out["."+e] = "**/*." + e
		out["*."+e] = "**/*." + e
		if _, ok := out[e]; !ok {
			out[e] = "**/*." + e
		}
	}
	delete(out, ".env")
	delete(out, "env")
	return out
}

func programNames() map[string]string {
	out := map[string]string{}
	for w := range knownPrograms {
		out[normalPhrase([]string{w})] = w
		for sub := range subcommands {
			out[normalPhrase([]string{w, sub})] = w + " " + sub
		}
	}
	for _, w := range []string{"sudo", "su", "doas", "pkexec", "bash", "sh", "shell"} { // these mean more, see topics and nouns
		delete(out, w)
	}
	return out
}

func toolNames() map[string]string {
	out := map[string]string{}
	for w := range toolResources {
		out[normalPhrase(strings.Fields(w))] = strings.ReplaceAll(w, " ", "_")
	}
	return out
}

func serviceNames() map[string]string {
	out := map[string]string{}
	for w := range services {
		out[normalPhrase([]string{w})] = w
	}
	return out
}

// maxNames bounds a list of names in front of a noun, so that a long line stays cheap to read.
const maxNames = 12

// namesBefore reads names of one kind up to one of the heads, and counts the tokens.
func (p *parser) namesBefore(names map[string]string, heads map[string]bool) (values []string, tokens int) {
	rest := *p
	for len(values) < maxNames {
		for determiners[rest.peek().word] {
			rest.at++
		}
		v, n := lookup(&rest, names)
		if n == 0 {
			return nil, 0
		}
		rest.at += n
		values = append(values, v)
		if heads[normalPhrase([]string{rest.peek().word})] {
			return values, rest.at + 1 - p.at
		}
		j := rest.joint()
		if j == 0 {
			return nil, 0
		}
		rest.at += j
	}
	return nil, 0
}
