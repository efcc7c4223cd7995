package shell

import (
	"path"
	"strconv"
	"strings"
)

// filePrograms change or list files.
func filePrograms() {
	register("rm grm srm trash trash-put rimraf del rd", "rR:recursive f:force i I? d:dir v:verbose P :no-preserve-root :preserve-root? :one-file-system :interactive?", remove)
	register("unlink rmdir", "p:parents v :ignore-fail-on-non-empty", remove)
	register("shred wipe scrub", "u:remove? f:force n:iterations= z:zero v s:size= x :random-source=", func(c *call) {
		c.deletes(c.operands...)
		c.command.Writes = append(c.command.Writes, c.command.Deletes...)
		c.overwritesDevices(c.operands)
	})
	register("truncate", "s:size= r:reference= c:no-create o", func(c *call) {
		for _, w := range c.operands {
			c.writes(w, data{})
			if s, ok := c.value("--size"); ok && strings.Trim(s.text, "0KMGB") == "" {
				c.deletes(w) // all that it holds
			}
		}
	})
	register("fallocate", "l:length= o:offset= d p z", func(c *call) {
		writeAll(c)
		if l, ok := c.value("--length"); ok && (len(l.text) > 3 && strings.HasSuffix(l.text, "G") || strings.HasSuffix(l.text, "T") || len(l.text) > 11) {
			c.mark(DiskWrite)
		}
	})
	register("touch", "a m c t= d:date= r:reference= h", func(c *call) {
		for _, w := range c.operands {
			c.command.Appends = append(c.command.Appends, c.in.path(w))
			c.command.Writes = append(c.command.Writes, c.in.path(w))
			c.does(OpWrite)
		}
	})
	register("mkdir", "p:parents m:mode= v Z", func(c *call) {
		if m, ok := c.value("--mode"); ok {
			c.grants(m.text)
		}
		for _, w := range c.operands {
			c.command.Writes = append(c.command.Writes, c.in.path(w))
			c.command.Appends = append(c.command.Appends, c.in.path(w))
			c.does(OpWrite)
		}
	})
	register("mkfifo mknod mktemp", "m:mode= d t p:tmpdir= u q :suffix= Z", func(c *call) {
		if c.command.Program == "mktemp" {
			c.in.temporary++
			c.out = literal("/tmp/tmp." + strconv.Itoa(c.in.temporary) + "\n")
			return
		}
		writeAll(c)
	})
	register("chmod gchmod", "R:recursive v:verbose c f :reference= :preserve-root :no-preserve-root", changeMode)
	register("chown chgrp gchown lchown", "R:recursive v h c f H L P :reference= :from= :no-preserve-root", func(c *call) {
		for _, w := range c.rest(1) {
			c.changes(w)
		}
	})
	register("setfacl", "m:modify= x:remove= b R:recursive k d M= n", func(c *call) {
		if m, ok := c.value("--modify"); ok && (strings.Contains(m.text, "o::rwx") || strings.Contains(m.text, "other::rwx") || strings.Contains(m.text, "o:rwx")) {
			c.mark(WorldWritable)
		}
		for _, w := range c.operands {
			c.changes(w)
		}
	})
	register("setcap chattr", "R v f r q", func(c *call) {
		if c.command.Program == "setcap" {
			c.mark(Setuid)
		}
		for _, w := range c.rest(1) {
			c.changes(w)
		}
	})
	register("ls ll la dir vdir exa eza lsd tree", "l a A h t r R S 1 d F G i n o g s u c U X Z L:level= I:ignore= P= T w= D C p f q Q :color? :group-directories-first :git :icons :sort= :time-style=", func(c *call) {
		c.lists(orDot(c.operands)...)
		c.out = unknown(0)
	})
	register("du df ncdu dust duf", "s h a c d:max-depth= k m x b :exclude= T i t= :apparent-size", func(c *call) {
		c.lists(c.operands...)
		c.out = unknown(0)
	})
	register("readlink realpath basename dirname", "f e m n s a z L P q :relative-to= :relative-base= :suffix=", pathText)
	registerPlain("find gfind", find)
	register("fd fdfind", "e:extension= t:type= H:hidden I:no-ignore d:max-depth= x:exec X:exec-batch g:glob E:exclude= a s i p:full-path L S:size= 0 u", func(c *call) {
		c.does(OpRead)
		c.lists(orDot(c.rest(1))...)
		for i, a := range c.args {
			if t := a.text; t == "-x" || t == "-X" || t == "--exec" || t == "--exec-batch" {
				root := literal(".")
				if i > 1 && !strings.HasPrefix(c.args[i-1].text, "-") {
					root = c.args[i-1]
				}
				item := c.in.foundIn(root, nil)
				words := replaceWord(c.args[i+1:], "{}", item)
				if !strings.Contains(join(c.args[i+1:]).text, "{}") {
					words = append(words, item)
				}
				c.runsWith(words, nil)
				return
			}
		}
		c.out = unknown(0)
	})
	register("locate mlocate plocate updatedb", "i c l= r= b e 0", func(c *call) {
		c.does(OpRead)
		c.out = literal("/" + Unknown + "/" + strings.Trim(c.operand(0).text, "*/"))
	})
	register("dd gdd dcfldd ddrescue", "", diskDump)
	registerPlain("mkfs mke2fs mkswap wipefs blkdiscard fdisk sfdisk cfdisk sgdisk gdisk parted partprobe cryptsetup mdadm pvcreate vgcreate lvremove vgremove pvremove hdparm nvme zpool badblocks swapoff e2label tune2fs resize2fs", func(c *call) {
		for _, a := range c.args {
			if a.text == "-l" || a.text == "--list" || a.text == "--help" || a.text == "list" || a.text == "status" || a.text == "-n" || a.text == "print" || a.text == "luksDump" {
				c.does(OpRead)
				return
			}
		}
		c.mark(DiskWrite)
		for _, a := range c.args {
			if strings.HasPrefix(a.text, "/") {
				c.writes(a, unknown(0))
			}
		}
		c.does(OpWrite)
	})
	register("ed ex vi vim nvim view nano pico emacs micro joe ne code subl gedit kate", "c:cmd= e s S= u= R n b d O o p E :eval= :batch l:load= :wait :clean :noplugin", editor)
	register("patch", "p:strip= i:input= R N d:directory= o:output= :dry-run b f s", func(c *call) {
		c.out = data{}
		for _, w := range c.operands {
			c.command.Appends = append(c.command.Appends, c.in.path(w))
			c.writes(w, unknown(0))
		}
		c.does(OpEdit | OpWrite)
	})
	register("logrotate", "f s= v d", func(c *call) { c.does(OpWrite | OpExecute) })
}

// remove deletes; what is recursive and asks nothing is marked.
func remove(c *call) {
	trees := c.has("--recursive") || c.command.Program == "rd" || c.command.Program == "rimraf"
	if trees && (c.has("--force") || !c.has("--recursive")) {
		c.mark(ForceDelete)
	}
	c.deletes(c.operands...)
	for i, w := range c.operands {
		if c.has("--no-preserve-root") || whole(c.command.Deletes[i]) && (trees || w.glob) {
			c.mark(MassDelete)
		}
	}
}

// whole tells whether a path is a root, a home, a system directory, or everything in one.
func whole(p Path) bool {
	text := p.Text
	if p.Pattern {
		text = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(text, "/.*"), "/*"), "*")
		if !strings.HasSuffix(text, "/") && text != strings.TrimRight(p.Text, "*") && text != "" && strings.HasSuffix(p.Text, "*") && !strings.HasSuffix(p.Text, "/*") && !strings.HasSuffix(p.Text, "/.*") {
			return false
		}
	}
	text = strings.TrimSuffix(text, "/")
	if text == "" || text == "." || text == ".." || text == "~" {
		return true
	}
	parts := strings.Split(strings.TrimPrefix(text, "/"), "/")
	if !strings.HasPrefix(text, "/") {
		return false
	}
	switch parts[0] {
	case "bin", "boot", "dev", "etc", "lib", "lib64", "opt", "proc", "root", "run", "sbin", "srv", "sys", "usr", "var", "home", "users", "mnt", "media", "Users", "System", "Library", "Applications":
		return len(parts) == 1 || parts[0] == "home" && len(parts) == 2 || parts[0] == "usr" && len(parts) == 2 || parts[0] == "var" && len(parts) == 2 && parts[1] != "tmp"
	}
	return false
}

func writeAll(c *call) {
	for _, w := range c.operands {
		c.writes(w, unknown(0))
	}
}

// changes records that the attributes of a file change, not its content.
func (c *call) changes(w data) {
	p := c.in.path(w)
	c.command.Writes = append(c.command.Writes, p)
	c.command.Appends = append(c.command.Appends, p)
	c.does(OpEdit)
}

func (c *call) overwritesDevices(words []data) {
	for _, w := range words {
		if device(c.in.path(w).Text) {
			c.mark(DiskWrite)
		}
	}
}

// device tells whether a path is a block device or memory.
func device(p string) bool {
	rest, ok := strings.CutPrefix(p, "/dev/")
	if !ok {
		return false
	}
	for _, lead := range []string{"sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "mapper/", "dm-", "md", "loop", "mem", "kmem", "port", "ram", "root", "sr"} {
		if strings.HasPrefix(rest, lead) {
			return true
		}
	}
	return false
}

// changeMode reads octal and symbolic modes (chmod(1)).
func changeMode(c *call) {
	words := c.operands
	mode := data{}
	if !c.has("--reference") {
		// a mode such as -x or -rwx was taken for flags
		for _, a := range c.args {
			if len(a.text) > 1 && a.text[0] == '-' && strings.Trim(a.text[1:], "rwxXst") == "" && a.text != "-R" {
				mode = a
			}
		}
		if mode.text == "" && len(words) > 0 {
			mode, words = words[0], words[1:]
		}
	}
	c.grants(mode.text)
	for _, w := range words {
		c.changes(w)
		p := c.in.path(w)
		if d, ok := c.in.files[p.Text]; ok && d.taint&(fetched|socket) != 0 && executable(mode.text) {
			c.mark(DownloadThenRun)
		}
		if executable(mode.text) && c.in.downloaded(p) {
			c.mark(DownloadThenRun)
		}
	}
}

// grants marks what a mode gives to everyone, or of its owner's rights.
func (c *call) grants(mode string) {
	everyone, rights := modeGives(mode)
	if everyone {
		c.mark(WorldWritable)
	}
	if rights {
		c.mark(Setuid)
	}
}

// downloaded tells whether something that was fetched lies at a path, or has its name and was moved there unseen.
func (in *interpreter) downloaded(p Path) bool {
	for file, d := range in.files {
		if d.taint&fetched == 0 {
			continue
		}
		if path.Base(file) == path.Base(p.Text) || p.Pattern && globMatch(p.Text, file) {
			return true
		}
	}
	return false
}

// modeGives tells whether a mode lets everyone write, and whether it gives a file its owner's rights.
func modeGives(mode string) (everyone, rights bool) {
	mode = strings.TrimPrefix(mode, "=")
	if mode != "" && strings.Trim(mode, "01234567") == "" {
		digits := strings.TrimLeft(mode, "0")
		if len(digits) > 3 {
			rights = (digits[len(digits)-4]-'0')&6 != 0
		}
		return digits != "" && (digits[len(digits)-1]-'0')&2 != 0, rights
	}
	for _, clause := range strings.Split(mode, ",") {
		i := strings.IndexAny(clause, "+=")
		if i < 0 {
			continue
		}
		who, what := clause[:i], clause[i+1:]
		if strings.ContainsRune(what, 'w') && strings.ContainsAny(who, "ao") {
			everyone = true
		}
		if strings.ContainsRune(what, 's') {
			rights = true
		}
	}
	return everyone, rights
}

func executable(mode string) bool {
	if mode != "" && strings.Trim(mode, "01234567") == "" {
		for _, d := range mode[max(0, len(mode)-3):] {
			if (d-'0')&1 != 0 {
				return true
			}
		}
		return false
	}
	return strings.ContainsAny(mode, "+=") && strings.Contains(mode[strings.IndexAny(mode, "+="):], "x")
}

func orDot(words []data) []data {
	if len(words) == 0 {
		return []data{literal(".")}
	}
	return words
}

// pathText computes what basename and its kin print.
func pathText(c *call) {
	w := c.operand(0)
	switch c.command.Program {
	case "basename":
		w.text = strings.TrimSuffix(w.text[strings.LastIndexByte(w.text, '/')+1:], c.operand(1).text)
	case "dirname":
		if i := strings.LastIndexByte(w.text, '/'); i > 0 {
			w.text = w.text[:i]
		} else {
			w.text = map[bool]string{true: "/", false: "."}[i == 0]
		}
	default:
		p := c.in.path(w)
		w.text = strings.ReplaceAll(p.Text, "**", Unknown)
	}
	w.holes = strings.Contains(w.text, Unknown)
	c.out = w
}

// find walks trees and may delete, run and write what it finds (find(1)).
func find(c *call) {
	var roots []data
	i := 0
	for ; i < len(c.args); i++ {
		t := c.args[i].text
		if t == "-H" || t == "-L" || t == "-P" {
			continue
		}
		if strings.HasPrefix(t, "-") || t == "(" || t == "!" || t == ")" || t == `\(` {
			break
		}
		roots = append(roots, c.args[i])
	}
	roots = orDot(roots)
	c.lists(roots...)
	c.out = c.found(roots)
	narrow := false
	for ; i < len(c.args); i++ {
		t := c.args[i].text
		if strings.HasPrefix(t, "-") {
			c.command.Flags = append(c.command.Flags, t)
		}
		switch t {
		case "-delete":
			c.deletesFound(roots, narrow)
		case "-exec", "-execdir", "-ok", "-okdir":
			end := i + 1
			for end < len(c.args) && c.args[end].text != ";" && c.args[end].text != "+" {
				end++
			}
			for _, r := range roots {
				c.runsWith(replaceWord(c.args[i+1:min(end, len(c.args))], "{}", c.in.foundIn(r, c.args[:i])), nil)
			}
			i = end
		case "-fprint", "-fls", "-fprint0", "-fprintf":
			if i+1 < len(c.args) {
				c.writes(c.args[i+1], unknown(0))
			}
		case "-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-type", "-size", "-mtime", "-mmin", "-newer", "-empty", "-perm", "-user", "-maxdepth", "-atime", "-ctime":
			narrow = narrow || t != "-type" && t != "-maxdepth"
			if (t == "-name" || t == "-path" || t == "-iname") && i+1 < len(c.args) {
				c.namesSensitive(roots, c.args[i+1])
			}
		}
	}
}

// foundIn is a path that find gives to what it runs: below the root, by its name where one is asked for.
func (in *interpreter) foundIn(root data, tests []data) data {
	d := root
	suffix := "/" + Unknown
	for i, t := range tests {
		if (t.text == "-name" || t.text == "-iname") && i+1 < len(tests) {
			suffix = "/" + Unknown + "/" + strings.ReplaceAll(tests[i+1].text, "*", Unknown)
		}
	}
	d.text = strings.TrimSuffix(d.text, "/") + suffix
	d.holes = true
	return d
}

func (c *call) found(roots []data) data {
	d := unknown(0)
	if len(roots) == 1 {
		d = c.in.foundIn(roots[0], c.args)
	}
	return d
}

// namesSensitive records that a search looks for files that must not leave.
func (c *call) namesSensitive(roots []data, name data) {
	for _, r := range roots {
		w := r
		w.text = strings.TrimSuffix(r.text, "/") + "/" + strings.Trim(name.text, "*/")
		if p := c.in.path(w); c.in.env.sensitive(p) {
			c.out.taint |= sensitive
			c.out.from = append(c.out.from, p)
		}
	}
}

func (c *call) deletesFound(roots []data, narrow bool) {
	c.mark(ForceDelete)
	for _, r := range roots {
		if !narrow {
			c.deletes(r)
		} else {
			c.deletes(c.in.foundIn(r, c.args))
		}
		if p := c.in.path(r); whole(p) {
			c.mark(MassDelete)
		}
	}
}

// diskDump reads dd's operands, which are assignments.
func diskDump(c *call) {
	content := c.input()
	var target data
	counted := false
	for _, w := range c.operands {
		name, value, _ := strings.Cut(w.text, "=")
		switch name {
		case "if":
			content = c.reads(w.part(value))
		case "of":
			target = w.part(value)
		case "count":
			counted = true
		}
	}
	if counted {
		content.taint &^= endless
	}
	if target.text == "" {
		c.out = content
		return
	}
	c.writes(target, content)
	c.overwritesDevices([]data{target})
}

// editor opens files; what is run at the start is followed.
func editor(c *call) {
	for _, code := range c.values("--cmd", "-c") {
		c.vimCommand(code)
	}
	for _, code := range c.values("--eval") {
		c.code("elisp", code)
	}
	for _, w := range c.operands {
		if rest, ok := strings.CutPrefix(w.text, "+"); ok {
			c.vimCommand(w.part(rest))
			continue
		}
		c.changes(w)
		c.reads(w)
	}
	if d := c.input(); d.text != "" && (c.command.Program == "ed" || c.command.Program == "ex") {
		for _, line := range strings.Split(d.text, "\n") {
			c.vimCommand(d.part(line))
		}
	}
	c.does(OpEdit)
}

// vimCommand runs what :!, :r!, :w! and system() run.
func (c *call) vimCommand(code data) {
	text := strings.TrimLeft(code.text, ": %")
	for _, lead := range []string{"silent", "sil", "r", "read", "w", "write", "terminal", "term"} {
		if rest, ok := strings.CutPrefix(text, lead); ok && strings.HasPrefix(strings.TrimLeft(rest, " !"), "") && strings.Contains(rest, "!") {
			text = strings.TrimLeft(rest, " ")
		}
	}
	switch {
	case strings.HasPrefix(text, "!"):
		c.mark(InlineCode)
		c.runsText(code.part(strings.TrimLeft(text, "! ")), nil)
	case strings.Contains(text, "system(") || strings.HasPrefix(text, "py"):
		c.code("python", code.part(text))
	}
}
