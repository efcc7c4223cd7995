package shell

import "strings"

// gitConfig writes settings; some of them name programs.
func (c *call) gitConfig(words []data) {
	if len(words) > 0 && (words[0].text == "get" || words[0].text == "list" || words[0].text == "set" || words[0].text == "unset") {
		words = words[1:]
	}
	if len(words) < 2 {
		c.does(OpRead)
		return
	}
	file := ".git/config"
	if c.has("--global") {
		file = "~/.gitconfig"
	} else if c.has("--system") {
		file = "/etc/gitconfig"
	}
	if c.has("--system") {
		c.writes(literal(file), unknown(0))
	}
	setting := words[0].plus(literal("=")).plus(words[1])
	c.gitSetting(setting)
	if key := strings.ToLower(words[0].text); key == "core.hookspath" || key == "init.templatedir" || key == "core.sshcommand" || key == "core.fsmonitor" || key == "credential.helper" && strings.HasPrefix(words[1].text, "!") ||
		strings.HasPrefix(key, "url.") && strings.HasSuffix(key, ".insteadof") || key == "http.sslverify" && strings.EqualFold(words[1].text, "false") || key == "http.proxy" || strings.HasPrefix(key, "filter.") && !strings.HasPrefix(key, "filter.lfs") {
		c.mark(Persistence)
		c.does(OpPersist)
	}
}

// gitSetting runs what a setting of name=value would make git run.
func (c *call) gitSetting(s data) {
	name, value, _ := strings.Cut(s.text, "=")
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "alias."):
		if code, ok := strings.CutPrefix(value, "!"); ok {
			c.runsText(s.part(code), nil)
			return
		}
		if c.in.aliases == nil {
			c.in.aliases = map[string]data{}
		}
		c.in.aliases["git "+strings.TrimPrefix(name, "alias.")] = s.part(value)
	case strings.HasPrefix(name, "remote.") && (strings.HasSuffix(name, ".push") && strings.HasPrefix(value, "+") || strings.HasSuffix(name, ".mirror") && value == "true"):
		c.mark(HistoryRewrite)
	case name == "core.pager", name == "core.editor", name == "core.sshcommand", name == "core.fsmonitor", name == "core.askpass", name == "sequence.editor",
		name == "diff.external", strings.HasSuffix(name, ".textconv"), name == "gpg.program", strings.HasSuffix(name, ".cmd"), strings.HasSuffix(name, ".smudge"), strings.HasSuffix(name, ".clean"), strings.HasSuffix(name, ".process"), strings.HasPrefix(name, "pager."):
		if value != "" && value != "true" && value != "false" && value != "cat" {
			c.runsText(s.part(value), nil)
		}
	case name == "credential.helper":
		if code, ok := strings.CutPrefix(value, "!"); ok {
			c.runsText(s.part(code), nil)
		}
	case name == "core.hookspath":
		c.mark(Persistence)
	case name == "protocol.ext.allow":
		c.mark(SandboxEscape)
	}
}
