package shell

import "strings"

// environment runs env: assignments, then a program.
func environment(c *call) {
	in := c.in
	if dir, ok := c.value("--chdir"); ok {
		saved := in.dir
		in.dir = in.path(dir).Text
		defer func() { in.dir = saved }()
	}
	argv := c.operands
	if s, ok := c.value("--split-string"); ok {
		code := s
		for _, a := range argv {
			code = code.plus(literal(" ")).plus(data{text: quoted(a.text), holes: a.holes, taint: a.taint})
		}
		c.runsText(code, c.io.stdin)
		return
	}
	saved := in.vars
	in.vars = make(map[string]variable, len(saved)+1)
	for k, v := range saved {
		in.vars[k] = v
	}
	defer func() { in.vars = saved }()
	for len(argv) > 0 && (isAssignment(argv[0]) || argv[0].text == "-") {
		name, value, _ := strings.Cut(argv[0].text, "=")
		in.set(name, variable{values: []data{argv[0].part(value)}})
		in.environment(name, argv[0].part(value))
		argv = argv[1:]
	}
	if len(argv) == 0 {
		c.mark(EnvDump)
		c.out = unknown(environ)
		return
	}
	c.runs(argv)
}
