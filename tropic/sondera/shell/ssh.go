package shell

import "strings"

// remoteHost takes the host from user@host, host:path and ssh://host.
func remoteHost(w data) data {
	text := w.text
	if i := strings.Index(text, "://"); i >= 0 {
		return w
	}
	if i := strings.IndexByte(text, ':'); i >= 0 && !strings.HasPrefix(text, "[") {
		text = text[:i]
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		text = text[i+1:]
	}
	return w.part(text)
}

// ssh runs a command on another host, with the standard input of this one.
func ssh(c *call) {
	host := c.operand(0)
	port, _ := c.value("--port")
	c.connects(remoteHost(host), port, 22)
	if c.has("--local-forward", "--remote-forward", "--dynamic-forward", "-w", "--stdio") {
		c.mark(Tunnel)
	}
	if c.has("-f") || c.has("-N") {
		c.does(OpSpawn)
	}
	for _, o := range c.values("--option") {
		name, value, _ := strings.Cut(o.text, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "proxycommand", "localcommand", "knownhostscommand":
			c.runsText(o.part(value), nil)
		}
	}
	far := !loopback(remoteHost(host).text)
	if d := c.input(); d.text != "" && far {
		c.does(OpUpload)
		if len(d.from) > 0 || d.taint != 0 {
			c.mark(RemoteCopy)
		}
		if d.taint&(sensitive|environ|database) != 0 {
			c.mark(Exfiltration | Upload)
		}
	}
	rest := c.rest(1)
	if len(rest) > 0 && rest[0].text == "--" {
		rest = rest[1:]
	}
	code := join(rest)
	if strings.HasPrefix(host.text, "root@") && !far {
		c.mark(Privilege)
		c.does(OpElevate)
	}
	if far && code.taint&(sensitive|environ) != 0 {
		c.mark(Exfiltration)
	}
	run := func() {
		if code.text != "" {
			c.does(OpExecute)
			c.runsText(code, c.io.stdin)
		} else if d := c.input(); d.text != "" && len(c.operands) == 1 && !c.has("-N") {
			c.evaluates(d)
		}
	}
	if far {
		c.elsewhere(run)
		c.out.taint |= fetched
	} else {
		run()
	}
}
