package shell

import "strings"

// unfamiliar is a program that the tables do not know: it is run, and what its arguments show counts.
func (c *call) unfamiliar() {
	c.does(OpExecute)
	c.out = c.input().transformed(0)
	for i, a := range c.args {
		if a.text == "--" && i+1 < len(c.args) { // retry 3 -- make
			c.runs(c.args[i+1:])
			return
		}
	}
	c.guess()
}

// guess looks through the arguments of a program that is not known: a file whose content must not leave is taken as
// read, a URL as contacted, and a program with arguments of its own as run under this one.
func (c *call) guess() {
	for i, a := range c.operands {
		switch {
		case strings.Contains(a.text, "://") && !strings.Contains(a.text, " "):
			c.contacts(a, 0)
		case c.runsGuessed(i):
			return
		case device(c.in.path(a).Text):
			c.mark(DiskWrite)
		default:
			c.readsIfSensitive(a)
		}
	}
	for _, f := range c.flags {
		if f.has && !usesFlag(f.name) {
			c.textGuessed(f.value)
			if strings.Contains(f.value.text, "://") {
				c.contacts(f.value, 0)
			} else {
				c.readsIfSensitive(f.value)
			}
		}
	}
}

// usesFlag tells whether a flag names a file that the program works with and does not show: a key, a certificate, a
// configuration.
func usesFlag(name string) bool {
	for _, word := range []string{"key", "cert", "tls", "ssl", "config", "env", "ident", "cred", "kube", "var-file", "ca", "passw", "token", "secret"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func (c *call) readsIfSensitive(w data) {
	if w.text == "" || w.holes && w.wholly() || strings.ContainsAny(w.text, " \n=") && !strings.Contains(w.text, "/") {
		return
	}
	text := w.text
	if _, after, ok := strings.Cut(text, "="); ok {
		text = after
	}
	text = strings.TrimPrefix(text, "@")
	d := w.part(text)
	if p := c.in.path(d); c.in.env.sensitive(p) {
		c.command.Reads = append(c.command.Reads, p)
		c.does(OpRead)
		c.out.taint |= sensitive
	}
}

// runsGuessed takes the arguments from i on for a command of their own, if they begin with a program that does harm when
// it is run. Words such as test, run or install are subcommands more often than programs.
func (c *call) runsGuessed(i int) bool {
	name := c.operands[i]
	if c.textGuessed(name) {
		return true
	}
	program := base(name.text)
	known := riskyPrograms[program] || lookupProgram(program) != nil && !ambiguous[program] && c.marked(i)
	if name.holes || !known || i+1 >= len(c.operands) && !aloneRisky[program] && len(c.flags) == 0 {
		return false
	}
	argv := c.argsFrom(name, i)
	if argv == nil {
		return false
	}
	in := c.in
	saved := in.guessed
	in.guessed = true
	c.runs(argv)
	in.guessed = saved
	return true
}

// textGuessed runs an argument that reads as a command of its own: with-env --shell 'rm -rf x'.
func (c *call) textGuessed(w data) bool {
	first, rest, ok := strings.Cut(strings.TrimLeft(w.text, " "), " ")
	if !ok || rest == "" || first != strings.ToLower(first) || !riskyPrograms[base(first)] && (lookupProgram(base(first)) == nil || !strings.ContainsAny(rest, "/~|;&>$")) {
		return false
	}
	in := c.in
	saved := in.guessed
	in.guessed = true
	c.runsText(w, nil)
	in.guessed = saved
	return true
}

// argsFrom returns the arguments as they were written, flags included, from the i-th operand on.
func (c *call) argsFrom(name data, i int) []data {
	seen := 0
	for k, a := range c.args {
		if a.text == name.text {
			return c.args[k:]
		}
		if seen > i+len(c.flags)*2+1 {
			break
		}
		seen++
	}
	return nil
}

// marked tells whether what stands before an operand says that a command follows, or what follows looks like arguments.
func (c *call) marked(i int) bool {
	if i > 0 {
		switch c.operands[i-1].text {
		case "exec", "run", "--", ".":
			return true
		}
	}
	for _, w := range c.operands[i+1:] {
		if strings.ContainsAny(w.text, "/~") {
			return true
		}
	}
	return false
}

// ambiguous are names of programs that are words or subcommands more often.
var ambiguous = setOf(`install test build run list start stop status help make set read cut join sort time watch open code file link last which type at who date look serve fetch split sum sync up down in add
 update upgrade remove show get patch apply env exec command script pass security service host http https mail screen view column info man free watch import export head tail expand clip next jest clean commit push pull`)

// riskyPrograms are those for which it is worth guessing that an unknown program runs them.
var riskyPrograms = setOf(`rm shred dd mkfs chmod chown sh bash zsh dash ksh fish sudo doas su pkexec curl wget nc ncat netcat socat
 python python2 python3 perl ruby node php shutdown reboot halt poweroff kill killall pkill crontab systemctl useradd usermod
 userdel passwd visudo ssh scp rsync cat cp mv tee base64 find xargs env nohup git docker truncate wipefs fdisk parted busybox`)

// aloneRisky do harm without arguments.
var aloneRisky = setOf("shutdown reboot halt poweroff")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
