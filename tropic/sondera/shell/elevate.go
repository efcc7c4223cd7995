package shell

// elevate runs a program as another user.
func elevate(c *call) {
	c.mark(Privilege)
	c.does(OpElevate)
	argv := c.operands
	for len(argv) > 0 && isAssignment(argv[0]) {
		argv = argv[1:]
	}
	if c.has("--edit") || c.command.Program == "sudoedit" {
		for _, w := range argv {
			c.writes(w, unknown(0))
		}
		return
	}
	if c.command.Program == "gosu" || c.command.Program == "su-exec" {
		argv = argv[min(1, len(argv)):]
	}
	if len(argv) > 0 {
		c.runs(argv)
	} else if c.io.stdin != nil && c.has("--shell", "--login", "-s", "-i") {
		c.evaluates(*c.io.stdin)
	}
}

// switchUser runs su: a shell or a command as another user.
func switchUser(c *call) {
	c.mark(Privilege)
	c.does(OpElevate)
	if code, ok := c.value("--command"); ok {
		c.evaluates(code)
		return
	}
	if c.command.Program != "su" && len(c.operands) > 0 {
		c.runs(c.operands)
		return
	}
	if c.io.stdin != nil {
		c.evaluates(*c.io.stdin)
	}
}
