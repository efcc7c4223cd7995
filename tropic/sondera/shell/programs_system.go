package shell

import "strings"

// systemPrograms look after processes, services and the machine.
func systemPrograms() {
	registerPlain("kill", kill)
	registerPlain("killall5", func(c *call) { c.mark(MassKill) })
	register("loginctl pm2 forever dtach abduco start-stop-daemon supervisorctl", "S:start K:stop b:background x:exec= p:pidfile= m: n:name= i: c:chuid= t q u: e: f", func(c *call) {
		c.does(OpExecute)
		verb := c.operand(0).text
		switch {
		case c.command.Program == "loginctl" && (verb == "poweroff" || verb == "reboot" || verb == "halt" || verb == "suspend"):
			c.mark(Shutdown)
		case c.command.Program == "loginctl" && (verb == "kill-user" || verb == "terminate-user" || verb == "kill-session" || verb == "terminate-session"):
			c.mark(MassKill)
		case c.command.Program == "loginctl" && verb == "enable-linger", c.command.Program == "pm2" && (verb == "startup" || verb == "save"):
			c.mark(Persistence)
			c.does(OpPersist)
		case c.command.Program == "forever" && verb == "start", c.command.Program == "dtach" || c.command.Program == "abduco":
			c.mark(Detach)
			c.does(OpSpawn)
		case c.command.Program == "start-stop-daemon" && c.has("--start"):
			c.mark(Detach)
			c.does(OpSpawn)
			if x, ok := c.value("--exec"); ok {
				c.runs(append([]data{x}, c.operands...))
			}
		}
		for _, w := range c.rest(1) {
			c.stopsService(w.text, verb)
		}
	})
	register("killall skill", "s:signal= u:user= e q v i I r w g o: y: 1 2 3 6 9 15", func(c *call) {
		for _, w := range c.operands {
			if vitalProcess(w.text) || isShell(w.text) {
				c.mark(MassKill)
			}
		}
		if c.has("--user") || c.has("-r") && broad(c.operand(0).text) {
			c.mark(MassKill)
		}
		c.spareServices(c.operands)
	})
	register("pgrep pidof", "f:full x u:euid= U: G: g: P: t: n o l a c v:inverse d: s i", func(c *call) {
		c.does(OpRead)
		c.out = unknown(0)
		if c.has("--euid", "-U", "--inverse") || len(c.operands) > 0 && broad(c.operand(0).text) {
			c.out.taint = processes
		}
		for _, w := range c.operands {
			if guards(w.text) || vitalProcess(w.text) || isShell(w.text) {
				c.out.taint = processes
			}
		}
	})
	register("pkill", "f:full x u:euid= U: G: g: P: s: t: n o signal= 9 1 2 15 e i c v:inverse", func(c *call) {
		if c.has("--euid", "-U", "--inverse") {
			c.mark(MassKill)
		}
		for _, w := range c.operands {
			if vitalProcess(w.text) || broad(w.text) {
				c.mark(MassKill)
			}
		}
		c.spareServices(c.operands)
	})
	registerPlain("rtcwake", func(c *call) { c.mark(Shutdown) })
	registerPlain("dbus-send busctl gdbus", func(c *call) {
		c.does(OpExecute)
		if t := join(c.args).text; strings.Contains(t, "login1") && (strings.Contains(t, "Reboot") || strings.Contains(t, "PowerOff") || strings.Contains(t, "Halt") || strings.Contains(t, "Suspend")) {
			c.mark(Shutdown)
		} else if strings.Contains(t, "systemd1") && !strings.Contains(t, "Get") && !strings.Contains(t, "List") {
			c.mark(Persistence)
		}
	})
	register("shutdown poweroff halt reboot kexec", "h r P H c k f n w i l d e t:", func(c *call) {
		if c.command.Program == "shutdown" && c.has("-c") {
			return
		}
		c.mark(Shutdown)
	})
	registerPlain("init telinit", func(c *call) {
		if len(c.args) > 0 && runLevels[c.args[0].text] {
			c.mark(Shutdown)
		}
	})
	register("systemctl", ":user :system :now :runtime f:force q:quiet :no-pager a:all l:full n:lines= p:property= o:output= t:type= :state= :failed H:host= M:machine= r:recursive :value :root= s:signal= :kill-who= :no-block :wait :what=", systemctl)
	register("service rc-service invoke-rc.d", "", func(c *call) {
		if c.operand(1).text == "status" || c.has("--status-all") {
			c.does(OpRead)
			return
		}
		c.stopsService(c.operand(0).text, c.operand(1).text)
		c.does(OpExecute)
	})
	register("update-rc.d chkconfig rc-update insserv initctl start stop restart", "f a d", func(c *call) {
		c.mark(Persistence)
		c.does(OpPersist)
	})
	register("launchctl", "w F", func(c *call) {
		switch c.operand(0).text {
		case "list", "print", "blame", "help", "version", "getenv", "managername":
			c.does(OpRead)
		default:
			c.mark(Persistence)
			c.does(OpPersist)
		}
	})
	register("crontab fcrontab", "l r e i u: s", func(c *call) {
		switch {
		case c.has("-l"):
			c.does(OpRead)
			c.out = unknown(0)
		case c.has("-r"):
			c.mark(Persistence)
		default:
			c.mark(Persistence)
			c.does(OpPersist)
			if len(c.operands) > 0 && c.operand(0).text != "-" {
				c.reads(c.operand(0))
			}
		}
	})
	register("journalctl", "u:unit= f n:lines= e x b? k r o:output= S:since= U:until= p:priority= :no-pager :vacuum-size= :vacuum-time= :vacuum-files= :rotate :flush t: g: D: :user :user-unit= :disk-usage", func(c *call) {
		if c.has("--vacuum-size", "--vacuum-time", "--vacuum-files", "--rotate") {
			c.mark(LogTampering)
		}
		c.does(OpRead)
		c.out = unknown(0)
	})
	register("auditctl augenrules", "e: D d: a: w: l s", func(c *call) {
		if c.has("-e", "-D", "-d") {
			c.mark(LogTampering)
		}
		c.does(OpAccess)
	})
	register("dmesg last lastlog who w", "c C T w H L x n: f: i s", func(c *call) {
		if c.command.Program == "dmesg" && c.has("-c", "-C") {
			c.mark(LogTampering)
		}
		c.out = unknown(0)
	})
	registerPlain("iptables ip6tables nft ufw firewall-cmd pfctl ipset ebtables arptables", func(c *call) {
		for _, a := range c.args {
			switch a.text {
			case "-F", "--flush", "-D", "-P", "disable", "flush", "delete", "--remove-service", "-d", "reset", "--panic-off", "allow", "-A", "-I", "add", "insert", "stop":
				c.mark(SandboxEscape)
				c.does(OpAccess)
				return
			}
		}
		c.does(OpRead)
	})
	registerPlain("sysctl modprobe insmod rmmod kmod depmod setenforce apparmor_parser aa-disable aa-complain aa-teardown semanage", func(c *call) {
		for _, a := range c.args {
			if a.text == "-a" || a.text == "-n" || a.text == "--all" || a.text == "-l" || a.text == "list" {
				c.does(OpRead)
				return
			}
		}
		if c.command.Program == "sysctl" && !strings.Contains(join(c.args).text, "=") && !strings.Contains(join(c.args).text, "-w") && !strings.Contains(join(c.args).text, "-p") {
			c.does(OpRead)
			return
		}
		c.mark(SandboxEscape)
		c.does(OpElevate)
	})
	registerPlain("mount umount fusermount losetup swapon debugfs", func(c *call) {
		if c.command.Program == "mount" && (len(c.args) == 0 || c.args[0].text == "-l") {
			c.does(OpRead)
			return
		}
		c.mark(Privilege)
		c.does(OpElevate)
		for _, a := range c.args {
			if strings.HasPrefix(a.text, "/") && !strings.HasPrefix(a.text, "/dev/fd") {
				c.command.Writes = append(c.command.Writes, c.in.path(a))
			}
		}
		if c.command.Program == "debugfs" {
			c.mark(DiskWrite)
		}
	})
	registerPlain("ps top htop btop atop pstree free uptime vmstat iostat mpstat sar lsof fuser ss netstat ip ifconfig route iwconfig nmcli lscpu lsblk lsusb lspci lsmod uname hostname hostnamectl nproc arch id whoami date cal timedatectl locale tty stty sleep usleep sync sensors lsb_release dpkg-query ldd nm objdump readelf size ldconfig getconf getcap lsattr namei dmidecode inxi neofetch fastfetch screenfetch tput clear reset figlet cowsay banner toilet lolcat tldr man info apropos whatis cheat uuidgen pwgen", func(c *call) {
		c.out = unknown(0)
		c.does(OpRead)
		if c.command.Program == "ps" || c.command.Program == "lsof" && strings.Contains(join(c.args).text, "18789") {
			c.out.taint = processes
		}
		for i, a := range c.args {
			if c.command.Program == "fuser" && strings.HasPrefix(a.text, "-") && strings.Contains(a.text, "k") {
				c.does(OpExecute)
				if t := join(c.args).text; strings.Contains(t, " -m") || strings.Contains(t, "-km") || strings.Contains(t, " /") || strings.Contains(t, "22/tcp") || strings.Contains(t, "18789") {
					c.mark(MassKill)
				}
			}
			if c.command.Program == "ps" && i == 0 && strings.Contains(strings.TrimPrefix(a.text, "-"), "e") && strings.HasPrefix(a.text, "eww") {
				c.mark(EnvDump)
			}
			if c.command.Program == "date" && (a.text == "-s" || a.text == "--set") {
				c.mark(Privilege)
			}
		}
	})
	registerPlain("printenv", func(c *call) {
		if len(c.args) == 0 {
			c.mark(EnvDump)
		}
		c.out = unknown(environ)
		if len(c.args) > 0 && !secretVariable(c.args[0].text) {
			c.out = unknown(0)
		}
	})
}

var runLevels = setOf("0 1 6 s S single q u")
