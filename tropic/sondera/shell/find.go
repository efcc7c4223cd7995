package shell

import "strings"

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

// narrowing are the tests of find that leave some files out.
var narrowing = setOf("-name -iname -path -ipath -wholename -regex -iregex -size -mtime -mmin -newer -empty -perm -user -group -atime -ctime -links -samefile")

// foundIn is a path that find gives to what it runs: below the root, by its name where one is asked for.
func (in *interpreter) foundIn(root data, tests []data) data {
	d := root
	suffix := "/" + Unknown
	for _, t := range tests {
		if narrowing[t.text] { // some of what is there, not all
			suffix = "/" + Unknown + "/" + Unknown + "x"
		}
	}
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
			c.command.Reads = append(c.command.Reads, p)
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
