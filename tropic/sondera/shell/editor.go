package shell

import "strings"

// editor opens files; what is run at the start is followed.
func editor(c *call) {
	for _, code := range c.values("--cmd", "-c") {
		c.vimCommand(code)
	}
	for _, code := range c.values("--eval") {
		c.code("elisp", code)
	}
	for _, w := range c.operands {
		if rest, ok := strings.CutPrefix(w.text, "+"); ok {
			c.vimCommand(w.part(rest))
			continue
		}
		c.changes(w)
		c.reads(w)
	}
	if d := c.input(); d.text != "" && (c.command.Program == "ed" || c.command.Program == "ex") {
		for _, line := range strings.Split(d.text, "\n") {
			c.vimCommand(d.part(line))
		}
	}
	c.does(OpEdit)
}

// vimCommand runs what :!, :r!, :w! and system() run.
func (c *call) vimCommand(code data) {
	text := strings.TrimLeft(code.text, ": %")
	for _, lead := range []string{"silent", "sil", "r", "read", "w", "write", "terminal", "term"} {
		if rest, ok := strings.CutPrefix(text, lead); ok && strings.HasPrefix(strings.TrimLeft(rest, " !"), "") && strings.Contains(rest, "!") {
			text = strings.TrimLeft(rest, " ")
		}
	}
	switch {
	case strings.HasPrefix(text, "!"):
		c.mark(InlineCode)
		c.runsText(code.part(strings.TrimLeft(text, "! ")), nil)
	case strings.Contains(text, "system(") || strings.HasPrefix(text, "py"):
		c.code("python", code.part(text))
	}
}
