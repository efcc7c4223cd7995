package shell

import "strings"

// xargs runs a program with what it reads as further arguments.
func xargs(c *call) {
	argv := c.operands
	if len(argv) == 0 {
		argv = []data{literal("echo")}
	}
	in := c.input()
	if f, ok := c.value("--arg-file"); ok {
		in = c.reads(f)
	}
	more := itemsOf(in, c.has("--null", "--delimiter"))
	if token, ok := c.value("--replace", "-i"); ok || c.has("-i") {
		if token.text == "" {
			token.text = "{}"
		}
		if len(more) == 0 {
			more = []data{{}} // it runs once all the same
		}
		for _, item := range more[:min(len(more), maxLoop)] {
			c.runs(replaceWord(argv, token.text, item))
		}
		return
	}
	c.runsWith(argv, more)
}

// runsWith runs argv with further arguments, and no standard input but /dev/null.
func (c *call) runsWith(argv, more []data) {
	io := c.io
	empty := data{}
	c.io = &streams{stdin: &empty, stdout: io.stdout, fds: io.fds, conn: io.conn, socket: io.socket}
	c.runs(append(append([]data{}, argv...), more...))
	c.io = io
}

// itemsOf splits a stream into arguments.
func itemsOf(d data, lines bool) []data {
	fields := strings.Fields(d.text)
	if lines {
		fields = strings.FieldsFunc(d.text, func(r rune) bool { return r == '\n' || r == 0 })
	}
	items := make([]data, 0, len(fields))
	for _, f := range fields[:min(len(fields), maxFields)] {
		items = append(items, data{text: strings.Trim(f, `'"`), holes: d.holes && strings.Contains(f, Unknown), taint: d.taint})
	}
	return items
}

// replaceWord puts item where token stands in words.
func replaceWord(words []data, token string, item data) []data {
	out := make([]data, len(words))
	for i, w := range words {
		if strings.Contains(w.text, token) {
			w.text = strings.ReplaceAll(w.text, token, item.text)
			w.holes = w.holes || item.holes
			w.taint |= item.taint
		}
		out[i] = w
	}
	return out
}

// parallel runs a command for each argument after :::, or for each line it reads.
func parallel(c *call) {
	var argv, items []data
	mark := false
	for _, a := range c.operands {
		switch {
		case strings.HasPrefix(a.text, ":::"):
			mark = true
		case mark:
			items = append(items, a)
		default:
			argv = append(argv, a)
		}
	}
	if c.has("--sshlogin", "-S") {
		c.does(OpConnect)
	}
	if !mark {
		items = itemsOf(c.input(), true)
	}
	if len(argv) == 0 { // each item is a command
		for _, item := range items[:min(len(items), maxLoop)] {
			c.evaluates(item)
		}
		return
	}
	for _, item := range items[:min(len(items), maxLoop)] {
		words := replaceWord(argv, "{}", item)
		if !strings.Contains(join(argv).text, "{}") {
			words = append(words, item)
		}
		c.runsText(join(words), nil)
	}
}
