package shell

import (
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
			p := c.in.path(w)
			p.Names = true
			c.command.Writes = append(c.command.Writes, p)
			c.command.Appends = append(c.command.Appends, p)
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
		words := c.operands
		if c.command.Program == "setcap" {
			c.mark(Setuid)
			words = c.rest(1)
		}
		for _, w := range words {
			if !strings.HasPrefix(w.text, "+") && !strings.HasPrefix(w.text, "=") {
				c.changes(w)
			}
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
		c.namesSensitive(orDot(c.rest(1)), c.operand(0))
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
		c.namesSensitive([]data{literal("/" + Unknown)}, c.operand(0))
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
		image := c.command.Program == "mke2fs" || c.command.Program == "mkswap" || strings.HasPrefix(c.command.Program, "mkfs")
		for _, a := range c.args {
			if strings.HasPrefix(a.text, "/dev/") || a.holes {
				image = false
			}
		}
		if !image { // not a file that holds a file system
			c.mark(DiskWrite)
		}
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
