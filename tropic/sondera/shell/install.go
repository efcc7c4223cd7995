package shell

import "strings"

var npmLike = setOf("npm pnpm yarn cnpm bun npx pnpx bunx")

// installs records packages; those that no registry vouches for are marked.
func (c *call) installs(words []data) {
	c.does(OpInstall)
	for _, w := range words {
		if strings.HasPrefix(w.text, "-") {
			continue
		}
		c.command.Packages = append(c.command.Packages, w.text)
		if name, _, _ := strings.Cut(w.text, "@"); guards(name) {
			c.mark(GateTampering)
		}
		switch {
		case npmLike[c.command.Program] && ownerAndRepository(w.text):
			c.mark(PackageFromGit)
		case fromGit(w.text):
			c.mark(PackageFromGit)
			if strings.Contains(w.text, "://") || strings.Contains(w.text, "@") {
				c.contacts(remoteURL(w), 0)
			}
		case fromURL(w.text):
			c.mark(PackageFromURL)
			c.contacts(remoteURL(w), 0)
		}
		if d, ours := c.in.files[c.in.path(w).Text]; ours && d.taint&fetched != 0 {
			c.mark(PackageFromURL)
		}
	}
}

// argsAfter returns the arguments after a verb as they were written, without flags of the program itself.
func (c *call) argsAfter(verb string) []data {
	for i, a := range c.args {
		if a.text != verb {
			continue
		}
		argv := c.args[i+1:]
		for len(argv) > 0 && strings.HasPrefix(argv[0].text, "-") {
			skip := 1
			if argv[0].text == "-n" || argv[0].text == "-p" || argv[0].text == "--name" {
				skip = 2
			}
			argv = argv[min(skip, len(argv)):]
		}
		return argv
	}
	return nil
}

// remoteURL takes the URL out of name @ git+https://…
func remoteURL(w data) data {
	text := w.text
	if i := strings.Index(text, "git+"); i >= 0 {
		text = text[i+4:]
	} else if i := strings.Index(text, "http"); i > 0 {
		text = text[i:]
	}
	return w.part(text)
}

func fromGit(name string) bool {
	lower := strings.ToLower(name)
	for _, lead := range []string{"git+", "git://", "git@", "ssh://", "github:", "gitlab:", "bitbucket:", "gist:", "hg+", "svn+", "bzr+"} {
		if strings.HasPrefix(lower, lead) || strings.Contains(lower, " @ "+lead) || strings.Contains(lower, "@"+lead) {
			return true
		}
	}
	if strings.Contains(lower, "://") {
		path, _, _ := strings.Cut(lower, "#")
		return strings.HasSuffix(path, ".git") || strings.Contains(lower, "://github.com/") && !strings.Contains(lower, "/archive/") && !strings.Contains(lower, "/releases/")
	}
	return false
}

// ownerAndRepository holds for owner/repository, which npm and its like fetch from GitHub.
func ownerAndRepository(name string) bool {
	lower := strings.ToLower(name)
	owner, repo, ok := strings.Cut(lower, "/")
	return ok && owner != "" && repo != "" && !strings.Contains(owner, ":") && !strings.HasPrefix(lower, "@") && !strings.HasPrefix(lower, ".") && !strings.HasPrefix(lower, "/") && !strings.HasPrefix(lower, "~") && !strings.Contains(repo, "/") && !strings.ContainsAny(lower, "=<>[ *")
}

func fromURL(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "ftp://") || strings.Contains(lower, "@ http") || strings.Contains(lower, "@https:") || strings.Contains(lower, "@http:")
}
