package shell

import "strings"

// unfamiliar is a program that the tables do not know: it is run, and what its arguments show counts.
func (c *call) unfamiliar() {
	c.does(OpExecute)
	c.out = c.input().transformed(0)
	c.guess()
}

// guess looks through the arguments of a program that is not known: a file whose content must not leave is taken as
// read, a URL as contacted, and a program with arguments of its own as run under this one.
func (c *call) guess() {
	for i, a := range c.operands {
		switch {
		case strings.Contains(a.text, "://"):
			c.contacts(a, 0)
		case c.runsGuessed(i):
			return
		default:
			c.readsIfSensitive(a)
		}
	}
	for _, f := range c.flags {
		if f.has {
			if strings.Contains(f.value.text, "://") {
				c.contacts(f.value, 0)
			} else {
				c.readsIfSensitive(f.value)
			}
		}
	}
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
	if name.holes || !riskyPrograms[base(name.text)] || i+1 >= len(c.operands) && !aloneRisky[base(name.text)] {
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

// riskyPrograms are those for which it is worth guessing that an unknown program runs them.
var riskyPrograms = setOf(`rm shred dd mkfs chmod chown sh bash zsh dash ksh fish sudo doas su pkexec curl wget nc ncat netcat socat
 python python2 python3 perl ruby node php eval shutdown reboot halt poweroff kill killall pkill crontab systemctl useradd usermod
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
