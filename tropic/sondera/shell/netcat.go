package shell

import (
	"strconv"
	"strings"
)

// connects records a raw connection.
func (c *call) connects(host, port data, usual int) {
	n, err := strconv.Atoi(port.text)
	if err != nil {
		n = usual
	}
	c.does(OpConnect)
	if host.text != "" {
		c.contacts(host, n)
	} else if n != 0 {
		c.command.Ports = append(c.command.Ports, n)
	}
}

// pumps moves standard input to the other side and the other side to standard output.
func (c *call) pumps() {
	d := c.input()
	if d.text != "" && c.far() {
		c.sends(d)
		c.mark(Upload)
	}
	if d.taint&(sensitive|environ|database) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	c.out = unknown(socket)
}

func netcat(c *call) {
	if len(c.operands) == 0 && !c.has("--listen", "--unixsock", "-U") {
		return
	}
	host, port := c.operand(0), c.operand(1)
	if c.has("--listen") {
		p, ok := c.value("--source-port")
		if !ok {
			p = c.operand(len(c.operands) - 1)
		}
		c.connects(data{}, p, 0)
	} else {
		c.connects(host, port, 0)
	}
	for _, code := range c.values("--exec", "--sh-exec") {
		c.mark(ReverseShell)
		c.runsText(code, nil)
	}
	if c.has("-z") {
		c.out = unknown(0)
		return
	}
	if c.far() || c.has("--listen") {
		c.mark(RawSocket)
	}
	c.pumps()
}

// socat relays between two addresses; EXEC and SYSTEM run.
func socat(c *call) {
	if len(c.operands) == 0 {
		return
	}
	c.does(OpConnect)
	far := false
	for _, w := range c.operands {
		kind, rest, _ := strings.Cut(w.text, ":")
		switch upper := strings.ToUpper(kind); {
		case upper == "EXEC" || upper == "SYSTEM" || upper == "SHELL":
			code, _, _ := strings.Cut(rest, ",")
			c.mark(ReverseShell)
			c.runsText(w.part(code), nil)
		case strings.HasPrefix(upper, "TCP") || strings.HasPrefix(upper, "UDP") || strings.HasPrefix(upper, "OPENSSL") || strings.HasPrefix(upper, "SSL") || strings.HasPrefix(upper, "PROXY") || strings.HasPrefix(upper, "SOCKS") || strings.HasPrefix(upper, "SCTP"):
			address, _, _ := strings.Cut(rest, ",")
			if strings.Contains(upper, "LISTEN") || strings.HasSuffix(upper, "-L") {
				c.connects(data{}, w.part(address), 0)
				far = true
				continue
			}
			i := strings.LastIndexByte(address, ':')
			if i < 0 {
				i = len(address)
			}
			c.connects(w.part(address[:i]), w.part(strings.TrimPrefix(address[i:], ":")), 0)
			far = far || !loopback(address[:i])
		case strings.Contains(w.text, "/") || upper == "FILE" || upper == "OPEN" || upper == "CREATE":
			file, _, _ := strings.Cut(strings.TrimPrefix(w.text, kind+":"), ",")
			c.reads(w.part(file))
		}
	}
	switch {
	case far:
		c.mark(Tunnel | RawSocket)
	case len(c.command.Hosts) == 0 && len(c.command.Ports) == 0:
		return // between files and sockets of this machine
	default:
		c.mark(Tunnel)
	}
	c.pumps()
}
