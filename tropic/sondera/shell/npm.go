package shell

import "strings"

func npm(c *call) {
	verb := c.operand(0).text
	words := c.rest(1)
	if c.command.Program == "yarn" && verb == "global" {
		verb, words = c.operand(1).text, c.rest(2)
	}
	if r, ok := c.value("--registry"); ok && !officialIndex(r.text) {
		c.mark(UntrustedRepository)
		c.contacts(r, 0)
	}
	switch verb {
	case "install", "i", "in", "add", "isntall", "ci", "update", "upgrade", "up", "link", "":
		c.installs(words)
	case "exec", "x", "dlx", "explore":
		c.does(OpExecute)
		if code, ok := c.value("--call"); ok {
			c.runsText(code, nil)
		} else if len(words) > 0 {
			c.runs(words)
		}
	case "publish", "unpublish", "deprecate", "dist-tag", "login", "adduser", "token", "owner", "access":
		if verb == "token" && len(words) > 0 && words[0].text == "list" {
			return
		}
		c.does(OpUpload)
		c.mark(Upload)
	case "config", "set", "c":
		if len(words) > 0 {
			t := join(words).text
			if strings.Contains(t, "registry") && (strings.HasPrefix(t, "set") || verb == "set") && !officialIndex(lastOperand(words).text) {
				c.mark(UntrustedRepository)
			}
			if strings.Contains(t, "_authToken") || strings.Contains(t, "_auth") {
				c.reads(literal("~/.npmrc"))
			}
		}
		c.does(OpAccess)
	default:
		c.does(OpExecute)
		c.out = unknown(0)
	}
}
