package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Explain says what the rule does, in plain words.
func (r Rule) Explain() string {
	if r.Else {
		return explainDefault(defaultOf(r.Directive))
	}
	parts := make([]string, 0, len(r.Clauses))
	for _, c := range r.Clauses {
		parts = append(parts, c.explain())
	}
	what := strings.Join(parts, "; or ")
	switch {
	case r.Directive == Deny:
		return "Blocks every call that does any of this: " + what + "."
	case r.Directive == RequireConfirm:
		return "Asks a person before every call that does any of this: " + what + "."
	case r.asksInstead():
		return "Asks a person before a call that does nothing but this: " + what + "."
	}
	return "Allows a call that does nothing but this: " + what + "."
}

func explainDefault(d Default) string {
	switch d {
	case DefaultAllow:
		return "Allows what no line mentions, and asks a person where the gate cannot tell what a call does."
	case DefaultConfirm:
		return "Asks a person before every call that no line mentions."
	case DefaultDeny:
		return "Blocks every call that no line allows."
	default:
		return "Leaves to the gate what no line mentions."
	}
}

// explain names the clause as a person would.
func (c Clause) explain() string {
	text := c.explainThing()
	for _, l := range []struct {
		words string
		names []string
	}{
		{", within ", c.Within}, {", at ", map[bool][]string{true: c.Hosts}[c.Subject != Network]}, {", by ", c.Channels}, {", to ", c.Recipients}, {", with ", c.Managers},
	} {
		if len(l.names) > 0 {
			text += l.words + orList(l.names)
		}
	}
	if len(c.Ports) > 0 {
		text += ", on port " + printPorts(c.Ports)
	}
	if c.Size != nil {
		text += ", " + c.Size.String()
	}
	if c.Sandbox {
		text += ", in the sandbox"
	}
	for i, e := range c.Except {
		text += map[bool]string{true: ", except ", false: " and "}[i == 0] + e.explain()
	}
	return text
}

func (c Clause) explainThing() string {
	verbs := make([]string, 0, len(c.Verbs))
	for _, v := range c.Verbs {
		verbs = append(verbs, gerund(string(v)))
	}
	doing := strings.Join(verbs, " or ") + " "
	switch c.Subject {
	case Files:
		if len(c.Paths) > 0 {
			return doing + orList(c.Paths)
		}
		return doing + "files"
	case Network:
		if len(c.Hosts) > 0 {
			return doing + orList(c.Hosts)
		}
		return doing + "any host"
	case Commands:
		if len(c.Commands) > 0 {
			return "running " + orList(c.Commands)
		}
		return "running a shell command"
	case Packages:
		if len(c.Packages) > 0 {
			return "installing " + orList(c.Packages)
		}
		return "installing packages"
	case Code:
		return strings.TrimSpace("running "+strings.Join(c.Languages, " or ")) + " code"
	case Tools:
		if len(c.Tools) > 0 {
			return "using the tool " + orList(c.Tools)
		}
		return "using a tool"
	case Topics:
		names := make([]string, 0, len(c.Topics))
		for _, n := range c.Topics {
			t := topicNamed(n)
			names = append(names, t.plain)
		}
		return strings.Join(names, " or ")
	case Messages:
		return "sending messages"
	default:
		return "anything at all"
	}
}

// orList lists elements in plain words.
func orList(names []string) string {
	plain := make([]string, 0, len(names))
	for _, n := range names {
		if w := plainClasses[n]; w != "" {
			n = w
		} else if class, ok := strings.CutPrefix(n, "class:"); ok {
			n = strings.ReplaceAll(class, "-", " ") + " files"
		}
		plain = append(plain, n)
	}
	return strings.Join(plain, " or ")
}

var plainClasses = map[string]string{
	"class:secret": "files with secrets (keys, tokens, .env, cloud credentials, browser data …)", "class:system-accounts": "system accounts (passwd, shadow, sudoers)",
	"class:system": "system files (/etc, /usr, /bin …)", "class:outside-workspace": "files outside the workspace (temporary directories apart)", "class:tmp": "temporary directories",
	"class:public": "public hosts", "class:private": "private networks", "class:loopback": "this machine itself", "class:metadata": "the cloud's metadata service",
	"class:link-local": "link-local addresses", "class:gateway": "the OpenClaw gateway", "class:paste-site": "paste sites", "class:tunnel": "tunnel services", "class:ip-literal": "bare IP addresses",
	"class:uncertain": "what only the run can tell", "class:ssh-key": "private SSH keys", "class:env-file": ".env files", "class:gate": "the gate's own files", "workspace/**": "the agent's workspace", "~/**": "the home directory",
	"*__*": "of any MCP server",
}

// limits are what the gate cannot know about the rule, in plain words.
func (r Rule) limits() []string {
	var out []string
	for _, c := range r.Clauses {
		for _, note := range c.limits(r.Directive) {
			out = union(out, []string{note})
		}
	}
	return out
}

func (c Clause) limits(d Directive) []string {
	var out []string
	note := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	note(c.Size != nil && d != Allow, "The size of a file is not known before the call, so the rule applies whatever the size.")
	note(c.Size != nil && d == Allow, "The size of a file is not known before the call, so a person is asked each time.")
	note(c.Sandbox && d == Allow, "There is no container: the sandbox is the workspace, and the rule allows code that visibly uses no network, no other rights and no file elsewhere.")
	note(c.Sandbox && d != Allow, "Whether code stays in a sandbox is not known before it runs, so the rule applies to all code.")
	note(len(c.Ports) > 0, fmt.Sprintf("A port is known as far as the call shows it (URLs, ssh, scp, git@, nc); what a program opens by itself only a firewall stops: ports %s.", clip(printPorts(c.Ports))))
	note(c.Subject == Messages && d != Allow, "A message whose channel or recipient is not known before it is sent counts as one of these.")
	note(c.Subject == Messages && len(c.Recipients) > 0 && d == Allow, "A message whose recipient is not known before it is sent is not allowed by this rule.")
	note(c.Subject == Commands && slices.ContainsFunc(c.Commands, soughtInText), "Words after a program other than flags, paths and the first word of programs such as git (git push) are looked for in the text of the command.")
	note(c.Subject == Files && len(c.Within) > 0 && d != Allow, "The gate knows whether some file is of the kind and some file in the place, not whether it is the same.")
	note(c.Subject == Files && c.has(Upload) && d != Allow, "What is sent is known by its file; a text that is copied into a message or a command is not recognised.")
	note(c.Subject == Network && d == Allow && c.has(Browse, Search, Access) && slices.Contains(c.Hosts, "class:public"), "A search and an action in a page that is open already name no host, and are allowed.")
	note(c.Subject == Code && d != Allow, "What a program does once it runs is known only as far as its text shows.")
	for _, e := range c.Except {
		out = append(out, e.limits(d)...)
	}
	return out
}
