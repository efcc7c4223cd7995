package shell

import "strings"

// kill ends processes. -1 is all of them, and 1 is the system's first.
func kill(c *call) {
	c.does(OpExecute)
	words := c.args
	if len(words) > 0 && strings.HasPrefix(words[0].text, "-") && words[0].text != "--" {
		switch words[0].text {
		case "-l", "-L":
			return
		case "-s", "-n", "--signal":
			words = words[min(2, len(words)):]
		default:
			words = words[1:]
			if len(c.args) == 1 && c.args[0].text == "-1" {
				c.mark(MassKill)
			}
		}
	}
	for _, w := range words {
		switch w.text {
		case "-1", "1", "0", "-0":
			c.mark(MassKill)
		}
		if w.taint&processes != 0 {
			c.mark(MassKill)
		}
	}
}

// vitalProcess tells whether the machine or its guard depends on a process of this name.
func vitalProcess(name string) bool {
	switch strings.Trim(name, "^$") {
	case "init", "systemd", "sshd", "systemd-journald", "systemd-logind", "dbus-daemon", "journald", "auditd", "rsyslogd", "amazon-ssm-agent", "login", "udevd":
		return true
	}
	return false
}

// broad tells whether a pattern matches about everything.
func broad(pattern string) bool {
	return strings.Trim(pattern, ".*^$") == "" || len(pattern) == 1
}

// spareServices marks the end of the gate's own processes.
func (c *call) spareServices(words []data) {
	for _, w := range words {
		if guards(w.text) {
			c.mark(GateTampering)
		}
	}
}

// guards tells whether a name is that of a service which guards or runs the agent.
func guards(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".service")
	for _, word := range []string{"tropic", "sondera", "secureclaw", "openclaw"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
