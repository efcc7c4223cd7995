package shell

import "strings"

func awk(c *call) {
	files := c.operands
	programs := c.values("--source")
	if !c.has("--file", "--exec") && len(programs) == 0 && len(files) > 0 {
		programs, files = files[:1], files[1:]
	}
	for _, f := range c.values("--file", "--exec") {
		if f.text == "-" || f.text == "/dev/stdin" {
			c.code("awk", c.input())
		} else {
			c.executes(f)
		}
	}
	for _, p := range programs {
		c.arguments = files
		c.code("awk", p)
		c.inet(p)
	}
	if v, ok := c.value("--include"); ok && v.text == "inplace" {
		for _, f := range files {
			c.command.Appends = append(c.command.Appends, c.in.path(f))
			c.writes(f, unknown(0))
		}
		c.does(OpEdit)
	}
	var in []data
	for _, f := range files {
		if strings.Contains(f.text, "=") && !strings.Contains(f.text, "/") {
			continue // an assignment
		}
		in = append(in, f)
	}
	d := c.reads(orInput(in)...)
	c.out = c.out.plus(d.transformed(0))
	if len(programs) > 0 && strings.ContainsAny(programs[0].text, "/=~") {
		c.out.taint &^= processes // some of them
	}
}

// inet follows awk's own connections: /inet/tcp/0/host/port (gawk manual, TCP/IP).
func (c *call) inet(program data) {
	_, rest, ok := strings.Cut(program.text, "/inet")
	if !ok {
		return
	}
	parts := strings.Split(rest, "/")
	if len(parts) >= 5 {
		port, _, _ := strings.Cut(parts[4], "\"")
		c.connects(program.part(parts[3]), program.part(port), 0)
		c.mark(RawSocket)
	}
}
