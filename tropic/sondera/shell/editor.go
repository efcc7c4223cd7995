package shell

import "strings"

// editor opens files; what is run at the start is followed.
func editor(c *call) {
	for _, code := range c.values("--cmd", "-c") {
		c.vimCommand(code)
	}
	for _, code := range c.values("--eval") {
		c.elisp(code)
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

// elisp reads the calls of Emacs Lisp that matter: (shell-command "…"), (delete-directory "…" t).
func (c *call) elisp(code data) {
	c.mark(InlineCode)
	text := code.text
	for {
		i := strings.IndexByte(text, '(')
		if i < 0 {
			return
		}
		text = text[i+1:]
		name, rest, _ := strings.Cut(text, " ")
		literalText := ""
		if a := strings.IndexByte(rest, '"'); a >= 0 {
			if b := strings.IndexByte(rest[a+1:], '"'); b >= 0 {
				literalText = rest[a+1 : a+1+b]
			}
		}
		switch name {
		case "shell-command", "shell-command-to-string", "async-shell-command", "call-process-shell-command", "start-process-shell-command", "compile":
			c.runsText(code.part(literalText), nil)
		case "call-process", "start-process", "process-lines":
			c.mark(Dynamic)
		case "delete-directory", "delete-file", "move-file-to-trash":
			c.deletes(code.part(literalText))
			if whole(c.in.path(code.part(literalText))) {
				c.mark(MassDelete)
			}
		case "insert-file-contents", "find-file", "find-file-noselect":
			c.out = c.out.plus(c.reads(code.part(literalText)))
		}
	}
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
	case strings.HasPrefix(text, "call delete("):
		for _, file := range strings.FieldsFunc(text[len("call delete("):], func(r rune) bool { return strings.ContainsRune("'\",) ", r) }) {
			if file == "$HOME" {
				file = "~"
			}
			if len(file) > 2 || file == "~" {
				c.deletes(code.part(file))
				if whole(c.in.path(code.part(file))) {
					c.mark(MassDelete)
				}
			}
		}
	case strings.Contains(text, "system(") || strings.HasPrefix(text, "py"):
		c.code("python", code.part(text))
	}
}
