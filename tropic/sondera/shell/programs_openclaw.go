package shell

import "strings"

// openclawPrograms are OpenClaw's and Tropic's own command lines (OpenClaw 2026.9.6).
func openclawPrograms() {
	register("openclaw clawdbot moltbot clawhub", ":json :profile= :dev :strict-json :deep :fix y:yes :agent= :session-key= :message= m:message= :local", func(c *call) {
		c.does(OpExecute)
		noun, verb := c.operand(0).text, c.operand(1).text
		switch noun {
		case "config", "configure":
			switch verb {
			case "get", "list", "show", "schema", "validate", "file", "path":
				c.does(OpRead)
			default:
				c.mark(GateTampering)
				c.does(OpEdit)
			}
		case "plugins", "plugin", "hooks":
			switch verb {
			case "list", "inspect", "info", "status", "doctor", "search", "check":
				c.does(OpRead)
			default:
				c.mark(GateTampering)
			}
		case "gateway", "daemon", "node":
			switch verb {
			case "status", "health", "probe", "call", "logs", "discover":
				c.does(OpRead)
			default:
				c.mark(GateTampering)
			}
		case "security":
			if c.has("--fix") {
				c.mark(GateTampering)
			}
		case "reset", "uninstall", "update", "onboard", "setup", "doctor", "secrets", "sandbox", "approvals", "devices", "pairing", "exec-approvals", "exec-policy":
			looks := noun == "doctor" && !c.has("--fix", "--repair", "--yes")
			switch verb {
			case "list", "status", "get", "check", "explain":
			default:
				if !looks {
					c.mark(GateTampering)
				}
			}
		case "agent", "agents":
			if c.has("--local") || noun == "agents" && (verb == "add" || verb == "delete") {
				c.mark(GateTampering)
			}
		case "skills", "skill", "install":
			if verb == "install" || noun == "install" {
				c.does(OpInstall)
				c.command.Packages = append(c.command.Packages, texts(c.rest(2))...)
			}
		}
	})
	register("tropic tropic-guest sondera secureclaw", "", func(c *call) {
		switch c.operand(0).text {
		case "version", "help", "status", "completion", "":
			c.does(OpRead)
			return
		}
		text := join(c.operands).text
		for _, read := range []string{"gate eval", "gate explain", "gate test", "gate bench", "gate verify-log", "policy check", "policy compile", "policy explain", "policy list", "policy show", "redact", "local status"} {
			if strings.HasPrefix(text, read) {
				c.does(OpRead)
				return
			}
		}
		c.mark(GateTampering)
		c.does(OpExecute)
	})
}
