package shell

import "strings"

// archivePrograms pack and unpack.
func archivePrograms() {
	register("tar gtar bsdtar star", `c:create x:extract t:list r:append u:update f:file= z:gzip j:bzip2 J:xz a:auto-compress C:directory= v:verbose k p O:to-stdout
		T:files-from= X:exclude-from= h P:absolute-names I:use-compress-program= :zstd :exclude= :strip-components= :transform= :to-command= :checkpoint? :checkpoint-action= :remove-files :rsh-command= :wildcards :owner= :group= :mode= :delete d:diff A`, tarball)
	register("zip", "r:recurse-paths q v 9 0 e P= j m:move u d x= i= y @ T", func(c *call) {
		files := c.rest(1)
		content := c.reads(files...).transformed(archived)
		if c.has("-@") {
			content.taint |= c.input().taint
		}
		if c.has("--move") {
			c.deletes(files...)
		}
		for i, a := range c.args {
			if (a.text == "-TT" || a.text == "--unzip-command") && i+1 < len(c.args) {
				c.runsText(c.args[i+1], nil)
			}
		}
		if len(c.operands) > 0 {
			c.writes(c.operand(0), content)
		}
	})
	register("unzip unrar unar 7z 7za 7zr p7zip", "o q d= l v p n j P= x= t y", func(c *call) {
		words := c.operands
		if strings.HasPrefix(c.command.Program, "7") && len(words) > 0 {
			if mode := words[0].text; mode == "a" || mode == "u" {
				content := c.reads(c.rest(2)...).transformed(archived)
				c.writes(c.operand(1), content)
				return
			}
			words = words[1:]
		}
		d := c.reads(first(words)...)
		if c.has("-p") {
			c.out = d.transformed(archived)
			return
		}
		c.does(OpWrite)
		if to, ok := c.value("-d"); ok {
			c.command.Writes = append(c.command.Writes, c.in.path(to))
			c.command.Appends = append(c.command.Appends, c.in.path(to))
		}
	})
	register("cpio pax ar", "i o p d m v t u F= O= I= E= :extract :create D=", func(c *call) {
		in := c.input()
		c.out = in.transformed(archived)
		if f, ok := c.value("-F", "-O"); ok {
			c.writes(f, c.out)
		}
		c.does(OpRead | OpWrite)
	})
}

func tarball(c *call) {
	c.oldStyleTar()
	for _, w := range c.values("--to-command", "--use-compress-program", "--rsh-command") {
		c.runsText(w, nil)
	}
	for _, w := range c.values("--checkpoint-action") {
		if code, ok := strings.CutPrefix(w.text, "exec="); ok {
			c.runsText(w.part(code), nil)
		}
	}
	in := c.in
	if dir, ok := c.value("--directory"); ok {
		saved := in.dir
		defer func() { in.dir = saved }()
		archive, has := c.value("--file")
		if has && !strings.HasPrefix(archive.text, "/") && archive.text != "-" {
			for i := range c.flags {
				if c.flags[i].name == "--file" {
					c.flags[i].value.text = in.path(archive).Text
				}
			}
		}
		in.dir = strings.ReplaceAll(in.path(dir).Text, "**", Unknown)
	}
	archive, named := c.value("--file")
	switch {
	case c.has("--create", "--append", "--update", "-A"):
		content := c.reads(c.operands...).transformed(archived)
		if list, ok := c.value("--files-from"); ok {
			d := c.reads(list)
			content.taint |= d.taint
		}
		if c.has("--remove-files") {
			c.deletes(c.operands...)
		}
		if host, _, remote := strings.Cut(archive.text, ":"); remote && !strings.Contains(host, "/") {
			c.contacts(literal(host), 22)
			c.sends(content)
			c.mark(RemoteCopy)
		}
		if !named {
			archive = literal("-")
		}
		c.writes(archive, content)
	case c.has("--list", "--diff"):
		c.out = c.reads(archiveOrInput(archive, named)).transformed(0)
	default:
		d := c.reads(archiveOrInput(archive, named))
		if c.has("--to-stdout") {
			c.out = d.transformed(archived)
			return
		}
		c.does(OpWrite)
		c.command.Writes = append(c.command.Writes, in.resolve(".", false))
		c.command.Appends = append(c.command.Appends, in.resolve(".", false))
	}
}

func archiveOrInput(archive data, named bool) data {
	if !named {
		return literal("-")
	}
	return archive
}

// oldStyleTar reads "tar czf a.tgz dir": the first argument holds flags without a dash.
func (c *call) oldStyleTar() {
	if len(c.args) == 0 || strings.HasPrefix(c.args[0].text, "-") || c.args[0].holes {
		return
	}
	letters := c.args[0].text
	if strings.Trim(letters, "cxtruAdfzjJavkpOChPTXIZw") != "" {
		return
	}
	rest := c.operands
	if len(rest) > 0 {
		rest = rest[1:]
	}
	for i := range len(letters) {
		kind, ok := c.spec.flags.short[letters[i]]
		if !ok {
			continue
		}
		f := flag{name: kind.canonical}
		if kind.value == needsValue && len(rest) > 0 {
			f.value, f.has, rest = rest[0], true, rest[1:]
		}
		c.flags = append(c.flags, f)
		c.command.Flags = append(c.command.Flags, f.name)
	}
	c.operands = rest
}
