package shell

// openssl encodes, decodes, and speaks with servers.
func openssl(c *call) {
	switch c.operand(0).text {
	case "s_client":
		target, ok := c.value("-connect", "--connect")
		if !ok {
			target = c.operand(1)
		}
		c.connects(target, data{}, 443)
		if d := c.input(); d.text != "" && (d.holes || len(d.text) >= 8) {
			c.mark(RawSocket)
			c.pumps()
		}
		c.out = unknown(0)
		if c.io.stdin != nil && c.io.stdin.taint&socket != 0 {
			c.mark(ReverseShell)
		}
	case "enc", "base64", "aes-256-cbc":
		d := c.input()
		for i, a := range c.args {
			if a.text == "-in" && i+1 < len(c.args) {
				d = c.reads(c.args[i+1])
			}
		}
		c.out = d.transformed(decoded)
		if text, ok := decode("base64", d.text); ok && c.has("-d") && !d.holes {
			c.out = data{text: text, taint: d.taint | decoded}
		}
		for i, a := range c.args {
			if a.text == "-out" && i+1 < len(c.args) {
				c.writes(c.args[i+1], c.out)
			}
		}
	default:
		for i, a := range c.args {
			switch {
			case i+1 >= len(c.args):
			case a.text == "-in":
				c.out = c.reads(c.args[i+1]).transformed(0)
			case a.text == "-out" || a.text == "-keyout":
				c.writes(c.args[i+1], unknown(0))
			}
		}
	}
}
