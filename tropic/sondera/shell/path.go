package shell

import (
	"path"
	"strings"
)

// path resolves a word to the file it names.
func (in *interpreter) path(w data) Path {
	return in.resolve(w.text, w.glob)
}

// resolve makes a name absolute and clean. A stretch that is not known becomes **.
func (in *interpreter) resolve(name string, glob bool) Path {
	p := Path{Text: name, Pattern: glob}
	if strings.HasPrefix(p.Text, "file://") {
		p.Text = strings.TrimPrefix(strings.TrimPrefix(p.Text, "file://"), "localhost")
	}
	if strings.HasPrefix(p.Text, "~") {
		p.Text = in.tilde(p.Text)
	}
	if !strings.HasPrefix(p.Text, "/") && !strings.HasPrefix(p.Text, Unknown) && in.dir != "" {
		p.Text = in.dir + "/" + p.Text
	}
	if strings.Contains(p.Text, Unknown) {
		p.Text, p.Pattern = strings.ReplaceAll(p.Text, Unknown, "**"), true
		for strings.Contains(p.Text, "****") {
			p.Text = strings.ReplaceAll(p.Text, "****", "**")
		}
	}
	p.Text = in.follow(path.Clean(p.Text))
	return p
}

// follow goes through what /proc gives other names to, and through links that the text itself made.
func (in *interpreter) follow(name string) string {
	if rest, ok := strings.CutPrefix(name, "/proc/"); ok {
		if _, rest, ok := strings.Cut(rest, "/"); ok {
			switch {
			case rest == "root" || strings.HasPrefix(rest, "root/"):
				name = path.Clean("/" + strings.TrimPrefix(rest, "root"))
			case rest == "cwd" || strings.HasPrefix(rest, "cwd/"):
				name = path.Clean(in.dir + "/" + strings.TrimPrefix(rest, "cwd"))
			}
		}
	}
	for dir := name; len(in.links) > 0 && dir != "/" && dir != "."; dir = path.Dir(dir) {
		if to, ok := in.links[dir]; ok {
			return path.Clean(to + name[len(dir):])
		}
	}
	return name
}

// tilde resolves ~ and ~user where no shell did.
func (in *interpreter) tilde(name string) string {
	user, rest, slash := strings.Cut(name[1:], "/")
	if slash {
		rest = "/" + rest
	}
	switch {
	case user == "" && in.env.Home != "":
		return in.env.Home + rest
	case user == "root":
		return "/root" + rest
	}
	return name
}
