package shell

import "strings"

func pip(c *call) {
	words := c.operands
	if c.command.Program == "uv" && len(words) > 0 && (words[0].text == "pip" || words[0].text == "tool") {
		words = words[1:]
	}
	verb := ""
	if len(words) > 0 {
		verb, words = words[0].text, words[1:]
	}
	for _, u := range c.values("--index-url", "--extra-index-url", "--find-links", "--trusted-host") {
		if !officialIndex(u.text) {
			c.mark(UntrustedRepository)
			c.contacts(u, 0)
		}
	}
	switch verb {
	case "install", "add", "inject", "sync", "wheel", "download":
		for i, w := range words {
			if strings.HasPrefix(w.text, "./") || w.text == "." || strings.HasSuffix(w.text, ".whl") && !strings.Contains(w.text, "://") {
				words[i] = w.part("./" + strings.TrimPrefix(w.text, "./"))
			}
		}
		c.installs(words)
		c.installs(c.values("--editable"))
		for _, f := range c.values("--requirement", "--constraint") {
			if strings.Contains(f.text, "://") {
				c.mark(PackageFromURL)
				c.contacts(f, 0)
			} else if d := c.reads(f); !d.wholly() {
				c.installs(itemsOf(d, true))
			}
		}
	case "run":
		if c.command.Program == "uv" || c.command.Program == "pipx" {
			c.does(OpExecute)
			if argv := c.argsAfter("run"); len(argv) > 0 {
				if fromURL(argv[0].text) {
					c.mark(PackageFromURL | RemoteCode)
				}
				c.runs(argv)
			}
		}
	case "config":
		if len(words) > 0 && words[0].text == "set" {
			c.mark(UntrustedRepository)
			c.does(OpWrite)
		}
	case "publish":
		c.does(OpUpload)
		c.mark(Upload)
	default:
		c.does(OpExecute)
		c.out = unknown(0)
	}
}

func officialIndex(url string) bool {
	host, _ := hostOf(url)
	switch host {
	case "pypi.org", "files.pythonhosted.org", "test.pypi.org", "download.pytorch.org", "registry.npmjs.org", "registry.yarnpkg.com", "npm.pkg.github.com", "pypi.python.org", "rubygems.org":
		return true
	}
	return loopback(host)
}
