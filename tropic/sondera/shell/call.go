package shell

import (
	"slices"
	"strings"
)

// call is a program under way with its arguments.
type call struct {
	in       *interpreter
	command  *Command
	spec     *program
	args     []data // after the name
	flags    []flag
	operands []data
	io       *streams
	out      data // what it writes

	arguments []data // those of code that is given inline
}

// flag is one flag with its value.
type flag struct {
	name  string // canonical, with its dashes
	value data
	has   bool
}

// newCommand records where a command stands.
func (in *interpreter) newCommand() *Command {
	return &Command{
		Wrappers: in.wrappers[:len(in.wrappers):len(in.wrappers)], Input: -1, Depth: in.depth,
		Elsewhere: in.elsewhere, Guessed: in.guessed,
	}
}

// newCall begins a command and puts it on record.
func (in *interpreter) newCall(argv []data, io *streams) *call {
	c := in.newCommand()
	c.Written = argv[0].text
	c.Program = base(argv[0].text)
	in.connected(c, io)
	in.out.Commands = append(in.out.Commands, c)
	return &call{in: in, command: c, args: argv[1:], io: io, spec: lookupProgram(c.Program)}
}

// perform reads the flags and does what the program does.
func (c *call) perform() {
	c.parse()
	for _, f := range c.flags {
		if !slices.Contains(c.command.Flags, f.name) {
			c.command.Flags = append(c.command.Flags, f.name)
		}
	}
	c.command.Operands = texts(c.operands)
	c.verb()
	if c.help() {
		return
	}
	if c.spec == nil {
		c.unfamiliar()
		return
	}
	c.spec.does(c)
	c.sweep()
}

// sweep takes a file whose content must not leave as read, when it stands among the operands of a program of which the
// table does not say that it reads it: date -f, man and python -m base64 read files, too.
func (c *call) sweep() {
	if usesFiles[c.command.Program] || c.command.Elsewhere {
		return
	}
	words := c.operands
	for _, f := range c.flags {
		if f.has && len(f.name) == 2 && !strings.Contains("-i -k -c -C -E -P -e", f.name) { //nolint:gocritic // a list of flags
			words = append(words[:len(words):len(words)], f.value)
		}
	}
	for _, w := range words {
		text := strings.TrimPrefix(w.text, "@")
		if w.holes || !strings.Contains(text, "/") || strings.ContainsAny(text, " \n;|&<>$(") || strings.Contains(text, "://") {
			continue
		}
		p := c.in.path(w.part(text))
		if c.in.env.sensitive(p) && !c.touched(p) {
			c.command.Reads = append(c.command.Reads, p)
			c.does(OpRead)
			c.out.taint |= sensitive
		}
	}
}

func (c *call) touched(p Path) bool {
	for _, list := range [][]Path{c.command.Reads, c.command.Writes, c.command.Deletes, c.command.Executes} {
		if slices.ContainsFunc(list, func(q Path) bool { return q.Text == p.Text }) {
			return true
		}
	}
	return false
}

// usesFiles are programs for which a sensitive file is a name, or something to work with that they do not show.
var usesFiles = setOf(`echo printf test [ [[ : true cd pushd ls ll dir tree stat chmod chown chgrp chattr setfacl touch mkdir rmdir ssh ssh-add ssh-keygen mosh sftp scp rsync autossh sshpass git gh
 which type basename dirname realpath readlink find fd alias export set unset read docker podman docker-compose kubectl helm terraform tofu ansible ansible-playbook vault aws gcloud az source . node deno bun
 grep rg ag sed awk jq yq curl wget openssl keytool git-crypt gpg age sops mount umount kill make cmake go cargo npm pnpm yarn uvicorn gunicorn nginx caddy openclaw tropic sudo env nohup timeout xargs bash sh zsh crontab du df history`)

// verbPrograms are those whose first operand says what they do, with how many operands do so.
var verbPrograms = func() map[string]int {
	table := map[string]int{"aws": 2, "gcloud": 2, "az": 2, "gh": 2, "glab": 2, "openclaw": 2}
	for name := range setOf(`git docker podman nerdctl docker-compose kubectl oc helm npm pnpm yarn bun deno cargo go pip pip3 pipx uv poetry conda terraform tofu pulumi systemctl
		apt apt-get dnf yum brew snap make just task gradle gradlew mvn dotnet composer bundle gem rails flyctl fly heroku vercel netlify wrangler firebase vault consul nomad tropic tmux launchctl`) {
		table[name] = 1
	}
	return table
}()

// verb notes the words that say what the program does.
func (c *call) verb() {
	var words []string
	for _, w := range c.operands[:min(len(c.operands), verbPrograms[c.command.Program])] {
		if w.holes || w.text == "" || strings.ContainsAny(w.text, " \n") {
			break
		}
		words = append(words, w.text)
	}
	c.command.Verb = strings.Join(words, " ")
}

// help tells whether the call only prints how the program is used.
func (c *call) help() bool {
	if len(c.args) != 1 || c.args[0].holes {
		return false
	}
	switch c.args[0].text {
	case "--help", "--version", "-help", "-version":
		return true
	}
	return false
}

// file handles a program that is named by its path: a script of this text, or a file that is not the system's.
func (c *call) file(name data) {
	if !strings.Contains(name.text, "/") {
		return
	}
	p := c.in.path(name)
	if program, ok := c.in.renamed[p.Text]; ok {
		c.mark(Obfuscated)
		c.runs(append([]data{literal(program)}, c.args...))
		return
	}
	if d, ok := c.in.files[p.Text]; ok && !p.Pattern {
		c.command.Executes = append(c.command.Executes, p)
		c.command.Operations |= OpExecute
		c.runFile(d, c.args)
		return
	}
	if !systemProgram(p.Text) {
		c.command.Executes = append(c.command.Executes, p)
		c.command.Operations |= OpExecute
	}
}

// runFile runs the content of a file that the text itself made.
func (c *call) runFile(content data, args []data) {
	if content.taint&(fetched|socket) != 0 {
		c.command.Traits |= DownloadThenRun
	}
	if content.taint&decoded != 0 {
		c.command.Traits |= DecodedCode
	}
	if content.wholly() {
		return
	}
	language := shebang(content.text)
	if language != "sh" {
		c.code(language, content)
		return
	}
	in := c.in
	if strings.Count(content.text, "$0") > 1 && strings.Contains(content.text, "&") {
		c.mark(ForkBomb)
	}
	saved := in.scope
	in.scope = saved.fork()
	in.args = args
	in.nested(content, c.io.stdin)
	in.scope = saved
}

// shebang is the language that the first line of a script names.
func shebang(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "#!") {
		return "sh"
	}
	for _, word := range strings.Fields(line[2:]) {
		if lang, ok := languageOf(base(word)); ok {
			return lang
		}
	}
	return "sh"
}

// systemProgram tells whether a path is where systems keep their programs.
func systemProgram(p string) bool {
	for _, dir := range []string{"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/snap/bin/"} {
		if rest, ok := strings.CutPrefix(p, dir); ok && !strings.Contains(rest, "/") {
			return true
		}
	}
	return false
}

// has tells whether any of the flags was given.
func (c *call) has(names ...string) bool {
	for _, f := range c.flags {
		if slices.Contains(names, f.name) {
			return true
		}
	}
	return false
}

// value returns the last value of any of the flags.
func (c *call) value(names ...string) (data, bool) {
	for i := len(c.flags) - 1; i >= 0; i-- {
		if f := c.flags[i]; f.has && slices.Contains(names, f.name) {
			return f.value, true
		}
	}
	return data{}, false
}

// values returns all values of any of the flags, in order.
func (c *call) values(names ...string) []data {
	var out []data
	for _, f := range c.flags {
		if f.has && slices.Contains(names, f.name) {
			out = append(out, f.value)
		}
	}
	return out
}

func (c *call) operand(i int) data {
	if i < len(c.operands) {
		return c.operands[i]
	}
	return data{}
}

func (c *call) rest(from int) []data {
	if from >= len(c.operands) {
		return nil
	}
	return c.operands[from:]
}

func (c *call) mark(t Traits)      { c.command.Traits |= t }
func (c *call) does(op Operations) { c.command.Operations |= op }

// input is what the program finds on its standard input.
func (c *call) input() data {
	if c.io.stdin != nil {
		return *c.io.stdin
	}
	return data{}
}

// reads records files that are read and returns what they hold.
func (c *call) reads(words ...data) data {
	var out data
	for _, w := range words {
		if w.text == "-" || w.text == "/dev/stdin" || w.text == "" {
			out = out.plus(c.input())
			continue
		}
		p := c.in.path(w)
		if strings.HasPrefix(p.Text, "/dev/fd/") {
			out = out.plus(c.in.content(p))
			continue
		}
		c.command.Reads = append(c.command.Reads, p)
		c.does(OpRead)
		out = out.plus(c.in.content(p))
	}
	return out
}

// lists records directories whose names are read.
func (c *call) lists(words ...data) {
	for _, w := range words {
		p := c.in.path(w)
		p.Names = true
		c.command.Reads = append(c.command.Reads, p)
	}
	c.does(OpRead)
}

// writes records a file that is written and notes what it holds from now on.
func (c *call) writes(w data, content data) {
	if w.text == "-" || w.text == "" || w.text == "/dev/stdout" {
		c.out = c.out.plus(content)
		return
	}
	p := c.in.path(w)
	if _, sink := c.in.sinks[p.Text]; sink {
		c.in.deliver(content, &streams{stdout: &target{file: p.Text}})
		return
	}
	c.command.Writes = append(c.command.Writes, p)
	if wrote([]Path{p}) {
		c.does(OpWrite)
	}
	if !p.Pattern {
		c.in.keep(p.Text, content)
	}
}

// appends records a file that is written but keeps its content.
func (c *call) appends(w data, content data) {
	p := c.in.path(w)
	c.command.Appends = append(c.command.Appends, p)
	if old, ok := c.in.files[p.Text]; ok {
		content = old.plus(content)
	}
	c.writes(w, content)
}

func (c *call) deletes(words ...data) {
	for _, w := range words {
		c.command.Deletes = append(c.command.Deletes, c.in.path(w))
		c.does(OpDelete)
	}
}

func (c *call) executes(w data) {
	c.command.Executes = append(c.command.Executes, c.in.path(w))
	c.does(OpExecute)
}

// contacts records a URL or a host with which the program speaks.
func (c *call) contacts(w data, port int) (host string) {
	if w.text == "" {
		return ""
	}
	host, p := hostOf(w.text)
	if p == 0 {
		p = port
	}
	if strings.Contains(w.text, "://") {
		c.command.URLs = append(c.command.URLs, w.text)
	}
	c.command.Hosts = append(c.command.Hosts, host)
	if p != 0 {
		c.command.Ports = append(c.command.Ports, p)
	}
	return host
}

// sends records that bytes leave to hosts of this command that are not this machine.
func (c *call) sends(d data) {
	far := len(c.command.Hosts) == 0
	for _, h := range c.command.Hosts {
		far = far || !loopback(h)
	}
	if !far {
		return
	}
	c.does(OpUpload)
	if d.taint&(sensitive|environ) != 0 {
		c.mark(Exfiltration)
	}
	if d.taint&database != 0 {
		c.mark(DatabaseDump | Exfiltration)
	}
}

// runs runs a program under this one.
func (c *call) runs(argv []data) {
	in := c.in
	in.wrappers = append(in.wrappers, c.command.Program)
	io := &streams{stdin: c.io.stdin, stdout: c.io.stdout, fds: c.io.fds, conn: c.io.conn, socket: c.io.socket}
	c.out = c.out.plus(in.run(argv, io))
	in.wrappers = in.wrappers[:len(in.wrappers)-1]
}

// runsText runs a shell text under this program.
func (c *call) runsText(code data, stdin *data) {
	in := c.in
	in.wrappers = append(in.wrappers, c.command.Program)
	c.out = c.out.plus(in.nested(code, stdin))
	in.wrappers = in.wrappers[:len(in.wrappers)-1]
}

// elsewhere runs f for what runs on another machine or in a container.
func (c *call) elsewhere(f func()) {
	saved, dir := c.in.elsewhere, c.in.dir
	c.in.elsewhere, c.in.dir = true, Unknown
	f()
	c.in.elsewhere, c.in.dir = saved, dir
}

// boxed are the marks that mean nothing on a file system and among users of its own.
const boxed = Detach | Privilege | AccountChange | WorldWritable | Setuid | UntrustedRepository | MassKill

// contained runs f for what runs in a container that shares no directory with this machine.
func (c *call) contained(f func()) {
	first := len(c.in.out.Commands)
	c.elsewhere(f)
	for _, inside := range c.in.out.Commands[first:] {
		inside.Contained = true
		inside.Traits &^= boxed
	}
}
