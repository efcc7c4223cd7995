package shell

import "strings"

// sed edits a stream, or files in place; its commands e, w and r run, write and read.
func sed(c *call) {
	files := c.operands
	scripts := c.values("--expression")
	if len(scripts) == 0 && !c.has("--file") && len(files) > 0 {
		scripts, files = files[:1], files[1:]
	}
	for _, s := range scripts {
		c.sedScript(s)
	}
	for _, f := range c.values("--file") {
		d := c.reads(f)
		if d.taint&fetched != 0 {
			c.mark(RemoteCode)
		}
		c.sedScript(d)
	}
	c.out = c.reads(orInput(files)...).transformed(0)
	if c.has("--in-place") {
		for _, f := range files {
			c.command.Appends = append(c.command.Appends, c.in.path(f))
			c.writes(f, unknown(0))
		}
		c.does(OpEdit | OpWrite)
		c.out = data{}
	}
}

// sedScript looks for the commands of sed that do more than edit (GNU sed manual: e, w, r, R, W and the flags of s).
func (c *call) sedScript(s data) {
	for _, part := range strings.FieldsFunc(s.text, func(r rune) bool { return r == ';' || r == '\n' || r == '{' || r == '}' }) {
		part = strings.TrimLeft(part, " \t0123456789,$!+~")
		if strings.HasPrefix(part, "/") { // an address
			if i := strings.IndexByte(part[1:], '/'); i >= 0 {
				part = strings.TrimLeft(part[i+2:], " \tI!")
			}
		}
		switch {
		case strings.HasPrefix(part, "e ") || part == "e":
			if code := strings.TrimPrefix(part, "e "); code != "e" {
				c.runsText(s.part(code), nil)
			} else {
				c.mark(Dynamic)
			}
		case strings.HasPrefix(part, "w "), strings.HasPrefix(part, "W "):
			c.writes(s.part(strings.TrimSpace(part[2:])), unknown(0))
		case strings.HasPrefix(part, "r "), strings.HasPrefix(part, "R "):
			c.reads(s.part(strings.TrimSpace(part[2:])))
		case len(part) > 3 && part[0] == 's' && !letter(part[1]):
			fields := strings.Split(part, part[1:2])
			last := fields[len(fields)-1]
			if len(fields) >= 4 && strings.ContainsRune(last, 'e') && strings.Trim(last, "gIiMmpe0123456789 ") == "" {
				c.mark(InlineCode)
				c.runsText(s.part(fields[2]), nil)
			}
			if i := strings.Index(last, "w "); i >= 0 && len(fields) >= 4 {
				c.writes(s.part(strings.TrimSpace(last[i+2:])), unknown(0))
			}
		}
	}
}
