package shell

import (
	"path"
	"strings"
)

// copyPrograms copy and move files on this machine; archivePrograms pack them.
func copyPrograms() {
	register("cp gcp", "a:archive r:recursive R f:force i n:no-clobber u:update? v p d l:link s:symbolic-link t:target-directory= T b x L P H :preserve? :reflink? :parents :backup?", func(c *call) { c.copies(false) })
	register("mv gmv rename.ul", "f:force i n:no-clobber u v t:target-directory= T b Z :backup?", func(c *call) { c.copies(true) })
	register("install ginstall", "d:directory D m:mode= o:owner= g:group= t:target-directory= s v p b C S= T", func(c *call) {
		if m, ok := c.value("--mode"); ok {
			c.grants(m.text)
			for _, w := range c.operands[:max(0, len(c.operands)-1)] {
				if executable(m.text) && c.in.content(c.in.path(w)).taint&fetched != 0 {
					c.mark(DownloadThenRun)
				}
			}
		}
		if c.has("--directory") {
			writeAll(c)
			return
		}
		c.copies(false)
	})
	register("ln gln", "s:symbolic f:force n r T t:target-directory= v b i L P", func(c *call) {
		words := c.operands
		if len(words) == 1 {
			words = append(words, literal("."))
		}
		for _, w := range words[:max(0, len(words)-1)] {
			c.linked(w, words[len(words)-1])
		}
	})
	register("rename prename", "n v f s e:expr=", func(c *call) {
		for _, w := range c.rest(1) {
			c.command.Appends = append(c.command.Appends, c.in.path(w))
			c.writes(w, unknown(0))
		}
	})
}

// linked makes another name for a file: what is read, written or deleted through it is what it points to.
func (c *call) linked(w, name data) {
	p := c.in.path(w)
	c.command.Reads = append(c.command.Reads, p)
	dst := c.in.path(name)
	c.command.Writes = append(c.command.Writes, dst)
	c.does(OpWrite)
	if c.in.rename(w, dst) || p.Pattern && strings.HasPrefix(p.Text, "**") {
		return
	}
	if c.in.links == nil {
		c.in.links = map[string]string{}
	}
	if dst.Text != p.Text && !strings.HasPrefix(p.Text, dst.Text+"/") {
		c.in.links[dst.Text] = p.Text
	}
}

// rename notes that a program has another name from now on.
func (in *interpreter) rename(w data, dst Path) bool {
	name := strings.TrimSpace(w.text)
	if lookupProgram(base(name)) == nil || strings.Contains(name, "/") && !systemProgram(in.path(w).Text) {
		return false
	}
	if in.renamed == nil {
		in.renamed = map[string]string{}
	}
	in.renamed[dst.Text] = base(name)
	return true
}

// copies copies all operands but the last to the last, or to the target directory.
func (c *call) copies(moves bool) {
	sources := c.operands
	dst, given := c.value("--target-directory")
	if !given {
		if len(sources) < 2 {
			return
		}
		dst, sources = sources[len(sources)-1], sources[:len(sources)-1]
	}
	directory := given || len(sources) > 1 || strings.HasSuffix(dst.text, "/") || dst.text == "." || dst.text == ".."
	for _, src := range sources {
		p := c.in.path(src)
		content := c.in.content(p)
		if moves {
			c.command.Reads = append(c.command.Reads, p)
			c.command.Deletes = append(c.command.Deletes, p)
			c.does(OpRead | OpDelete | OpWrite)
			delete(c.in.files, p.Text)
		} else {
			content = c.reads(src)
		}
		if !directory {
			c.in.rename(src, c.in.path(dst))
		}
		to := dst
		if directory {
			to.text = strings.TrimSuffix(dst.text, "/") + "/" + path.Base(p.Text)
			to.glob = to.glob || p.Pattern
		}
		c.writes(to, content)
		if n := len(c.command.Writes); n > 0 && exampleOf(p.Text, c.command.Writes[n-1].Text) {
			c.command.Writes[n-1].Example = true
		}
		if !directory && c.in.fileNamed(src) {
			// the target may be a directory: cp key ~/.ssh
			into := dst
			into.text += "/" + path.Base(p.Text)
			c.in.keepIfAbsent(c.in.path(into), content)
		}
	}
}

// exampleOf tells whether a file is what another is made from: .env.example, config.sample.yml.
func exampleOf(src, dst string) bool {
	from, to := path.Base(src), path.Base(dst)
	for _, mark := range []string{".example", ".sample", ".template", ".dist", "-example", "-sample", ".tpl"} {
		if strings.Contains(from, mark) && strings.Replace(from, mark, "", 1) == to {
			return true
		}
	}
	return false
}

// fileNamed tells whether a name has an extension, and so is hardly a directory.
func (in *interpreter) fileNamed(w data) bool { return w.text != "" && !w.glob }

func (in *interpreter) keepIfAbsent(p Path, content data) {
	if _, ok := in.files[p.Text]; !ok && !p.Pattern {
		in.keep(p.Text, content)
	}
}
