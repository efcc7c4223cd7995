package facts

import (
	"path"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// place is where an agent works: what paths are resolved and classified against.
type place struct {
	workspace string // in lower case
	home      string // in lower case
}

func newPlace(workspace, home string) place {
	return place{strings.ToLower(workspace), strings.ToLower(home)}
}

// classify sorts a path into classes. Names are compared without case, since some file systems do.
func (pl place) classify(text string, pattern bool) PathClasses {
	p := strings.ToLower(text)
	if pattern && strings.ContainsAny(p, "?[*") {
		return pl.globbed(p)
	}
	return pl.named(p, pattern)
}

// globbed classifies a glob by itself and by every name of note that its components may stand for.
func (pl place) globbed(p string) PathClasses {
	c := pl.named(p, true)
	parts := strings.Split(p, "/")
	for i, part := range parts {
		if !strings.ContainsAny(part, "*?[") || !pointed(part) {
			continue
		}
		glob := strings.ReplaceAll(part, "**", "*")
		for _, name := range namesOfNote() {
			if shell.GlobMatches(glob, name) {
				parts[i] = name
				c |= pl.named(strings.Join(parts, "/"), true) &^ Uncertain
			}
		}
		parts[i] = part
	}
	return c
}

// named classifies by names as they stand.
func (pl place) named(p string, pattern bool) PathClasses {
	c := pl.region(p, pattern)
	parts := strings.Split(strings.TrimPrefix(p, "/"), "/")
	if c&NullDevice != 0 {
		return c
	}
	for i, part := range parts {
		c |= pl.component(part, parts[i+1:], pattern)
	}
	last := parts[len(parts)-1]
	c |= fileClasses(last, parts[:len(parts)-1], pattern)
	c |= pl.agentFiles(p, last)
	return c
}

// region is where on the machine a path lies.
func (pl place) region(p string, pattern bool) PathClasses {
	var c PathClasses
	if !strings.HasPrefix(p, "/") {
		if pattern && strings.HasPrefix(p, "**") {
			return Uncertain
		}
		return Uncertain | OutsideWorkspace
	}
	switch {
	case pl.workspace != "" && within(p, pl.workspace):
		c |= InWorkspace
	case within(p, "/tmp") || within(p, "/var/tmp") || within(p, "/dev/shm") || within(p, "/private/tmp"):
		c |= Tmp
	case nullDevice(p):
		return NullDevice
	default:
		c |= OutsideWorkspace
	}
	if pl.whole(p, pattern) {
		c |= RootOrHome
	}
	if strings.HasPrefix(p, "/**") || strings.Contains(p, "/**/") && pattern && c&InWorkspace == 0 && strings.HasPrefix(p, "/**") {
		c |= Uncertain
	}
	return c | systemRegion(p)
}

// within tells whether p is dir or below it.
func within(p, dir string) bool {
	return strings.HasPrefix(p, dir) && (len(p) == len(dir) || p[len(dir)] == '/')
}

func nullDevice(p string) bool {
	switch p {
	case "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/ptmx":
		return true
	}
	return strings.HasPrefix(p, "/dev/fd/") || strings.HasPrefix(p, "/dev/pts/")
}

// whole tells whether a path is a root, a home, a system directory or the workspace, or everything in one.
func (pl place) whole(p string, pattern bool) bool {
	if pattern {
		for _, all := range []string{"/**", "/*", "/.*", "/{*,.*}", "/.[!.]*", "/?*"} {
			if rest, ok := strings.CutSuffix(p, all); ok {
				p = rest
				break
			}
		}
		if strings.ContainsAny(p, "*?[") {
			return p == "/home/*" || p == "**" || p == "*"
		}
	}
	p = strings.TrimSuffix(p, "/")
	switch p {
	case "", pl.home, pl.workspace, path.Dir(pl.workspace), "/home", "/root", "/users", "/mnt", "/media", "/srv", "/opt", "/var", "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot",
		"/dev", "/proc", "/sys", "/run", "/usr/bin", "/usr/lib", "/usr/sbin", "/usr/local", "/usr/share", "/usr/local/bin", "/var/lib", "/var/log", "/var/www", "/var/cache", "/library", "/system", "/applications", pl.home + "/.openclaw":
		return true
	}
	rest, ok := strings.CutPrefix(p, "/home/")
	return ok && !strings.Contains(rest, "/")
}

// systemRegion is what part of the operating system a path belongs to.
func systemRegion(p string) PathClasses {
	first, rest, _ := strings.Cut(p[1:], "/")
	switch first {
	case "etc":
		return System | etcClasses(rest)
	case "bin", "sbin", "lib", "lib32", "lib64", "libx32", "snap":
		return System
	case "usr":
		if within(rest, "lib/systemd") {
			return System | Systemd
		}
		return System
	case "boot", "efi":
		return System | Boot
	case "proc", "sys":
		c := System | Proc
		if strings.HasSuffix(p, "/environ") || strings.HasSuffix(p, "/mem") || strings.HasSuffix(p, "/maps") {
			c |= Credentials
		}
		return c
	case "dev":
		if blockDevice(rest) {
			return System | Device
		}
		return System
	case "root":
		return System
	case "var":
		if within(rest, "lib/cloud/instance") || within(rest, "lib/cloud/instances") {
			return System | Credentials
		}
		if within(rest, "backups") && (strings.Contains(rest, "shadow") || strings.Contains(rest, "passwd") || strings.Contains(rest, "group")) {
			return System | SystemAccounts
		}
		if within(rest, "lib/kubelet") && strings.HasSuffix(rest, "config.json") {
			return System | DockerCredentials
		}
		switch {
		case within(rest, "log"):
			return System | Log
		case within(rest, "spool/cron"), within(rest, "spool/at"), within(rest, "cron"):
			return System | Cron
		case within(rest, "lib/tropic"):
			return System | Gate
		case within(rest, "run/secrets"):
			return System | Credentials
		case within(rest, "lib"), within(rest, "run"), within(rest, "cache"), within(rest, "spool"), within(rest, "backups"):
			return System
		}
	case "run":
		switch {
		case within(rest, "tropic"):
			return System | Gate
		case within(rest, "secrets"):
			return System | Credentials
		case strings.HasSuffix(rest, "/containers/auth.json"):
			return System | DockerCredentials
		}
		return System
	case "opt":
		if within(rest, "tropic") || within(rest, "sondera") {
			return System | Gate
		}
	}
	return 0
}

func blockDevice(rest string) bool {
	for _, lead := range []string{"sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "mapper", "dm-", "md", "loop", "mem", "kmem", "port", "ram", "root", "sr"} {
		if strings.HasPrefix(rest, lead) {
			return true
		}
	}
	return strings.HasPrefix(rest, "**") || strings.HasPrefix(rest, "[")
}

func etcClasses(rest string) PathClasses {
	first, below, _ := strings.Cut(rest, "/")
	switch {
	case matches(first, "passwd", "shadow", "group", "gshadow", "passwd-", "shadow-", "group-", "gshadow-", "sudoers", "master.passwd", "subuid", "security"), first == "sudoers.d", first == "pam.d":
		return SystemAccounts
	case strings.HasPrefix(first, "cron"), first == "anacrontab", first == "at.allow":
		return Cron
	case first == "systemd":
		return Systemd
	case first == "profile", first == "profile.d", first == "bash.bashrc", first == "rc.local", first == "init.d", first == "environment", first == "ld.so.preload", first == "inittab", first == "zsh", strings.HasPrefix(first, "rc") && len(first) == 5 && strings.HasSuffix(first, ".d"), first == "xdg" && strings.HasPrefix(below, "autostart"):
		return Startup
	case first == "apt", first == "yum.repos.d", first == "yum.conf", first == "pacman.conf", first == "pacman.d", first == "apk", first == "zypp", first == "dnf", first == "pip.conf", first == "npmrc":
		return PackageConfig
	case first == "tropic", first == "sondera":
		return Gate
	case first == "ssh":
		if strings.Contains(below, "key") && !strings.HasSuffix(below, ".pub") {
			return SSHKey
		}
		return SSHConfig
	case within(rest, "ssl/private"), first == "letsencrypt" && (strings.Contains(below, "privkey") || strings.Contains(below, "accounts")), first == "krb5.keytab", first == "ppp", first == "wireguard", first == "openvpn":
		return Credentials
	case first == "gitconfig":
		return GitConfig
	case first == "openclaw":
		return OpenClawConfig
	}
	return 0
}

// matches tells whether a component is one of the names, or a glob that a person would write for one.
func matches(component string, names ...string) bool {
	for _, n := range names {
		if component == n {
			return true
		}
	}
	if !strings.ContainsAny(component, "*?[") || !pointed(component) {
		return false
	}
	for _, n := range names {
		if shell.GlobMatches(strings.ReplaceAll(component, "**", "*"), n) {
			return true
		}
	}
	return false
}

// pointed tells whether a glob names something: it begins with two characters that stand for themselves, or has more of
// those than wildcards. *.json names nothing in particular.
func pointed(glob string) bool {
	wild := strings.IndexAny(glob, "*?[")
	if wild >= 2 {
		return true
	}
	plain := 0
	for _, r := range glob {
		if r != '*' && r != '?' && r != '[' && r != ']' {
			plain++
		}
	}
	return !strings.HasPrefix(glob, "*") && plain >= 3 || plain >= 5 && !strings.Contains(glob, "*.")
}
