package shell

import (
	"maps"
	"net/url"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// target is where a descriptor goes.
type target struct {
	file   string // name of the file
	append bool
	conn   bool // a connection to a host that is not this machine
}

// streams is what a command is connected to.
type streams struct {
	stdin  *data
	stdout *target // nil: the surroundings
	fds    map[string]target

	reads, writes, appends []Path
	hosts                  []string
	ports                  []int
	conn                   bool // standard input or output is a connection
	socket                 bool // some descriptor is a connection
	none                   bool // nothing was redirected
}

// redirect evaluates redirections from left to right.
func (in *interpreter) redirect(list []*syntax.Redirect, stdin *data) *streams {
	io := &streams{stdin: stdin, none: len(list) == 0}
	if t, ok := in.fds["1"]; ok {
		io.stdout = &t
		io.conn = t.conn
	}
	if t, ok := in.fds["0"]; ok && t.conn && stdin == nil {
		d := unknown(socket)
		io.stdin, io.conn = &d, true
	}
	for _, r := range list {
		in.redirection(io, r)
	}
	return io
}

func (in *interpreter) redirection(io *streams, r *syntax.Redirect) {
	fd := ""
	if r.N != nil {
		fd = r.N.Value
	}
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		body := in.document(r.Hdoc, quotedWord(r.Word))
		if r.Op == syntax.DashHdoc {
			body.text = untabbed(body.text)
		}
		io.input(fd, body)
	case syntax.WordHdoc:
		body := in.word(r.Word)
		body.text += "\n"
		io.input(fd, body)
	case syntax.RdrIn:
		in.readFrom(io, fd, in.word(r.Word))
	case syntax.RdrInOut:
		w := in.word(r.Word)
		if fd == "" {
			fd = "0"
		}
		in.readFrom(io, fd, w)
		in.writeTo(io, fd, w, true)
	case syntax.DplIn, syntax.DplOut:
		in.duplicate(io, fd, r)
	default:
		in.writeTo(io, fd, in.word(r.Word), r.Op == syntax.AppOut || r.Op == syntax.AppAll)
	}
}

func (io *streams) input(fd string, d data) {
	if fd == "" || fd == "0" {
		io.stdin = &d
	}
}

func (in *interpreter) readFrom(io *streams, fd string, w data) {
	if in.connect(io, fd, "0", w) {
		if fd == "" || fd == "0" {
			d := unknown(socket)
			io.stdin = &d
		}
		return
	}
	p := in.path(w)
	if d, ok := in.files[p.Text]; ok && !p.Pattern {
		io.input(fd, d)
		if strings.HasPrefix(p.Text, "/dev/fd/") {
			return
		}
	} else {
		d := in.content(p)
		io.input(fd, d)
	}
	io.reads = append(io.reads, p)
}

func (in *interpreter) writeTo(io *streams, fd string, w data, more bool) {
	if in.connect(io, fd, "1", w) {
		return
	}
	p := in.path(w)
	if _, sink := in.sinks[p.Text]; !sink {
		io.writes = append(io.writes, p)
		if more {
			io.appends = append(io.appends, p)
		}
	}
	t := target{file: p.Text, append: more}
	if p.Pattern {
		t.file = ""
	}
	io.output(fd, t)
}

func (io *streams) output(fd string, t target) {
	switch fd {
	case "", "1":
		io.stdout = &t
	case "0", "2":
	default:
		io.open(fd, t)
	}
}

func (io *streams) open(fd string, t target) {
	if io.fds == nil {
		io.fds = map[string]target{}
	}
	io.fds[fd] = t
}

// connect handles /dev/tcp/host/port and /dev/udp/host/port, which bash opens itself (Bash manual, Redirections).
func (in *interpreter) connect(io *streams, fd, usual string, w data) bool {
	rest, ok := strings.CutPrefix(w.text, "/dev/tcp/")
	if !ok {
		if rest, ok = strings.CutPrefix(w.text, "/dev/udp/"); !ok {
			return false
		}
	}
	host, port, _ := strings.Cut(rest, "/")
	io.hosts = append(io.hosts, host)
	if n, err := strconv.Atoi(port); err == nil {
		io.ports = append(io.ports, n)
	}
	if fd == "" {
		fd = usual
	}
	far := !loopback(host)
	if far {
		io.socket = true
	}
	if fd == "0" || fd == "1" || fd == "2" {
		io.conn = io.conn || far
	}
	t := target{conn: far, file: w.text}
	if fd == "1" {
		io.stdout = &t
	}
	io.open(fd, t)
	return true
}

// duplicate handles <&n, >&n and >&file.
func (in *interpreter) duplicate(io *streams, fd string, r *syntax.Redirect) {
	w := in.word(r.Word)
	from := strings.TrimSuffix(w.text, "-")
	if _, err := strconv.Atoi(from); err != nil && from != "" {
		if r.Op == syntax.DplOut {
			in.writeTo(io, fd, w, false)
		}
		return
	}
	t, ok := io.fds[from]
	if !ok {
		t, ok = in.fds[from]
	}
	if !ok && from == "1" && io.stdout != nil {
		t, ok = *io.stdout, true
	}
	if !ok {
		if from == "2" && (fd == "" || fd == "1") {
			io.stdout = nil
		}
		return
	}
	if fd == "" {
		fd = map[bool]string{true: "1", false: "0"}[r.Op == syntax.DplOut]
	}
	switch fd {
	case "0":
		if t.conn {
			d := unknown(socket)
			io.stdin, io.conn = &d, true
		}
	case "1":
		io.stdout = &t
		io.conn = io.conn || t.conn
	case "2":
		io.conn = io.conn || t.conn
	}
	io.open(fd, t)
}

// inherited is what the commands within a compound are connected to.
func (io *streams) inherited(outer map[string]target) map[string]target {
	if len(io.fds) == 0 && io.stdout == nil {
		return outer
	}
	fds := maps.Clone(outer)
	if fds == nil {
		fds = map[string]target{}
	}
	maps.Copy(fds, io.fds)
	if io.stdout != nil && io.stdout.conn {
		fds["1"] = *io.stdout
	}
	return fds
}

// bare records the redirections of something that is no simple command.
func (in *interpreter) bare(io *streams) {
	if len(io.reads)+len(io.writes)+len(io.hosts) == 0 {
		return
	}
	c := in.newCommand()
	in.connected(c, io)
	in.out.Commands = append(in.out.Commands, c)
}

// connected records what a command is connected to.
func (in *interpreter) connected(c *Command, io *streams) {
	c.Reads = append(c.Reads, io.reads...)
	c.Appends = append(c.Appends, io.appends...)
	c.Writes = append(c.Writes, io.writes...)
	c.Hosts = append(c.Hosts, io.hosts...)
	c.Ports = append(c.Ports, io.ports...)
	if len(io.hosts) > 0 {
		c.Operations |= OpConnect
	}
	if io.socket {
		c.Traits |= RawSocket
	}
	if io.stdin != nil && io.stdin.taint&sensitive != 0 && io.socket {
		c.Traits |= Exfiltration
	}
	if len(io.reads) > 0 {
		c.Operations |= OpRead
	}
	if wrote(io.writes) {
		c.Operations |= OpWrite
	}
}

// wrote tells whether anything but a null device is written.
func wrote(paths []Path) bool {
	for _, p := range paths {
		if !strings.HasPrefix(p.Text, "/dev/") {
			return true
		}
	}
	return false
}

// deliver sends what a command wrote where its standard output goes, and returns what is left for the surroundings.
func (in *interpreter) deliver(out data, io *streams) data {
	t := io.stdout
	if t == nil {
		return out
	}
	switch {
	case t.conn:
		if out.taint&(sensitive|environ) != 0 {
			in.out.Traits |= Exfiltration
		}
	case t.file != "":
		if stmts, ok := in.sinks[t.file]; ok {
			if in.deeper() {
				in.spread++
				in.subshell(stmts, &out)
				in.spread--
			}
			in.depth--
			return data{}
		}
		if t.append {
			if old, ok := in.files[t.file]; ok {
				out = old.plus(out)
			}
		}
		in.keep(t.file, out)
	}
	return data{}
}

func quotedWord(w *syntax.Word) bool {
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return true
		case *syntax.Lit:
			if strings.IndexByte(p.Value, '\\') >= 0 {
				return true
			}
		}
	}
	return false
}

func untabbed(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimLeft(l, "\t")
	}
	return strings.Join(lines, "\n")
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	switch host {
	case "", "localhost", "::1", "0.0.0.0", "::", "0", "ip6-localhost", "host.docker.internal":
		return true
	}
	if rest, ok := strings.CutPrefix(host, "127."); ok {
		return strings.Trim(rest, "0123456789.") == ""
	}
	return strings.HasSuffix(host, ".localhost")
}

// hostOf takes host and port from a URL, or from what programs take for one.
func hostOf(text string) (host string, port int) {
	if !strings.Contains(text, "://") {
		text = "x://" + text
	}
	u, err := url.Parse(strings.ReplaceAll(text, Unknown, "0unknown0"))
	if err != nil {
		rest := text[strings.Index(text, "://")+3:]
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			rest = rest[:i]
		}
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			rest = rest[i+1:]
		}
		if h, p, ok := strings.Cut(rest, ":"); ok {
			rest = h
			port, _ = strconv.Atoi(p)
		}
		return strings.ToLower(rest), port
	}
	port, _ = strconv.Atoi(u.Port())
	host = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if port == 0 {
		port = defaultPorts[strings.ToLower(u.Scheme)]
	}
	return strings.ReplaceAll(host, "0unknown0", Unknown), port
}

var defaultPorts = map[string]int{
	"http": 80, "https": 443, "ftp": 21, "sftp": 22, "ssh": 22, "scp": 22, "git+ssh": 22, "git": 9418, "telnet": 23,
	"smtp": 25, "smtps": 465, "ldap": 389, "ldaps": 636, "postgres": 5432, "postgresql": 5432, "mysql": 3306,
	"redis": 6379, "rediss": 6379, "mongodb": 27017, "amqp": 5672, "ws": 80, "wss": 443, "tftp": 69, "rsync": 873,
	"imap": 143, "imaps": 993, "pop3": 110, "smb": 445, "dict": 2628, "gopher": 70,
}
