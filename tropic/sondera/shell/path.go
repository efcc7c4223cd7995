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
	p.Text = path.Clean(p.Text)
	return p
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
