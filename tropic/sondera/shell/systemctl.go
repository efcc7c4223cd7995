package shell

import "strings"

func systemctl(c *call) {
	verb := c.operand(0).text
	switch verb {
	case "", "status", "show", "cat", "is-active", "is-enabled", "is-failed", "list-units", "list-unit-files", "list-timers", "list-sockets",
		"list-dependencies", "get-default", "show-environment", "is-system-running", "list-jobs", "list-machines", "help":
		c.does(OpRead)
		c.out = unknown(0)
		return
	case "poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep", "emergency", "rescue", "default", "isolate", "soft-reboot", "exit":
		c.mark(Shutdown)
		return
	case "enable", "link", "preset", "preset-all", "add-wants", "add-requires", "set-default", "edit", "import-environment", "set-environment", "reenable":
		c.mark(Persistence)
		c.does(OpPersist)
	case "daemon-reload", "daemon-reexec":
		c.does(OpExecute)
		return
	}
	for _, unit := range c.rest(1) {
		switch strings.TrimSuffix(unit.text, ".target") {
		case "poweroff", "reboot", "halt", "kexec", "rescue", "emergency", "shutdown", "exit":
			c.mark(Shutdown)
		}
		if verb == "kill" && (vitalProcess(strings.TrimSuffix(unit.text, ".service")) || strings.HasSuffix(unit.text, ".slice")) {
			c.mark(MassKill)
		}
	}
	c.does(OpExecute)
	for _, unit := range c.rest(1) {
		c.stopsService(unit.text, verb)
	}
}

func (c *call) stopsService(unit, verb string) {
	unit = strings.TrimSuffix(unit, ".service")
	switch verb {
	case "stop", "disable", "mask", "kill", "restart", "try-restart", "reload", "force-reload", "revert", "clean", "freeze", "start", "unmask":
	default:
		return
	}
	if guards(unit) {
		c.mark(GateTampering)
	}
	switch verb {
	case "stop", "disable", "mask", "kill":
		switch unit {
		case "ssh", "sshd", "networking", "NetworkManager", "systemd-networkd", "systemd-resolved", "systemd-logind", "dbus", "cron":
			c.mark(MassKill)
		case "auditd", "rsyslog", "systemd-journald", "syslog", "fail2ban", "apparmor", "ufw", "firewalld", "nftables", "iptables", "amazon-ssm-agent", "clamav-daemon", "falco", "osqueryd":
			c.mark(LogTampering | SandboxEscape)
		}
	}
}
