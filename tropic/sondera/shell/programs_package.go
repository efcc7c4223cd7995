package shell

import "strings"

// packagePrograms install software.
func packagePrograms() {
	register("pip pip2 pip3 pipx uv", `r:requirement= e:editable= i:index-url= :extra-index-url= :find-links= f:find-links= t:target= c:constraint= U:upgrade :user :pre :no-deps :trusted-host= q:quiet v y:yes
		:no-cache-dir :break-system-packages :prefix= :root= :python= p:python= :spec= :with= :from= :system :proxy=`, pip)
	register("poetry pipenv conda mamba micromamba easy_install", "n:name= c:channel= D:dev G:group= y:yes q f:file= p= :source= e: :extras= E:", func(c *call) {
		switch c.operand(0).text {
		case "install", "add", "update", "create", "sync", "lock":
			c.installs(c.rest(1))
		case "publish", "upload":
			c.does(OpUpload)
			c.mark(Upload)
		case "run", "exec", "shell":
			if argv := c.argsAfter(c.operand(0).text); len(argv) > 0 {
				c.runs(argv)
			}
		default:
			c.does(OpExecute)
		}
		if ch, ok := c.value("--channel", "--source"); ok && strings.Contains(ch.text, "://") {
			c.mark(UntrustedRepository)
		}
	})
	register("npm pnpm yarn cnpm", "g:global D:save-dev S:save E O P w:workspace= C:prefix= :prefix= :registry= f:force y:yes c:call= s:silent d :production :omit= :legacy-peer-deps :frozen-lockfile r:recursive F:filter= :tag= :access= :otp= :save-exact", npm)
	registerLeading("npx pnpx bunx uvx yarnpkg", "y:yes p:package= c:call= q:quiet n :no-install :from= :with= :python= :ignore-existing", func(c *call) {
		c.does(OpExecute)
		if code, ok := c.value("--call"); ok {
			c.runsText(code, nil)
		}
		for _, w := range c.values("--from", "--package", "--with") {
			c.installs([]data{w})
		}
		if len(c.operands) > 0 {
			name := c.operand(0)
			if fromURL(name.text) {
				c.mark(PackageFromURL)
			}
			if fromGit(name.text) {
				c.mark(PackageFromGit)
			}
			if lookupProgram(name.text) != nil && (riskyPrograms[name.text] || npxPrograms[name.text]) {
				c.runs(c.operands)
			}
			for _, w := range c.rest(1) {
				c.readsIfSensitive(w)
			}
		}
	})
	register("apt apt-get aptitude dnf yum zypper pacman apk snap flatpak brew port nix nix-env nix-shell guix emerge xbps-install opkg tdnf microdnf pkg pkgin choco scoop winget", `y:yes q? f:fix-broken o:option= t:target-release= S R Q s u y d n i A c:config-file= g :no-install-recommends
		:classic :cask :purge :allow-unauthenticated :allow-downgrades :force-yes :nogpgcheck :no-gpg-checks :repo= :from= X: :repository= :dangerous :devmode p: E`, systemPackages)
	register("dpkg rpm dpkg-deb alien", "i:install U:upgrade e:erase r:remove P:purge l:list L s S q a f h v :force-all :nodeps :import= x b c I e p :get-selections :configure", func(c *call) {
		switch {
		case c.has("--install", "--upgrade") || c.has("-F"):
			c.does(OpInstall | OpElevate)
			for _, w := range c.operands {
				if strings.Contains(w.text, "://") {
					c.contacts(w, 0)
					c.mark(PackageFromURL)
				} else if d, ours := c.in.files[c.in.path(w).Text]; ours && d.taint&fetched != 0 {
					c.mark(PackageFromURL | DownloadThenRun)
				}
				c.command.Packages = append(c.command.Packages, w.text)
			}
		case c.has("--import"):
			c.mark(UntrustedRepository)
		case c.has("--erase", "--remove", "--purge"):
			c.does(OpDelete | OpElevate)
		default:
			c.does(OpRead)
		}
	})
	register("add-apt-repository apt-add-repository apt-key apt-source yum-config-manager dnf-config-manager", "y r:remove u :add-repo= n", func(c *call) {
		if c.operand(0).text == "list" || c.has("--list", "-l", "--remove") || c.operand(0).text == "export" {
			c.does(OpRead)
			return
		}
		c.mark(UntrustedRepository)
		c.does(OpElevate)
	})
	register("gem bundler composer cpan cpanm luarocks", "s:source= v:version= g= n q y :user-install :no-document :clear-sources :repository= d= :local= f", func(c *call) {
		verb := c.operand(0).text
		if strings.HasPrefix(c.command.Program, "cpan") {
			c.installs(c.operands)
			return
		}
		switch verb {
		case "install", "i", "require", "add", "update", "global":
			c.installs(c.rest(1))
			if s, ok := c.value("--source"); ok && s.text != "" {
				c.mark(UntrustedRepository)
			}
		case "sources", "source":
			if c.has("-a", "--add") {
				c.mark(UntrustedRepository)
			}
		case "config":
			if strings.HasPrefix(c.operand(1).text, "repositor") {
				c.mark(UntrustedRepository)
			}
		case "push", "publish", "owner":
			c.does(OpUpload)
			c.mark(Upload)
		default:
			c.does(OpExecute)
		}
	})
	register("twine", "r: u: p: s", func(c *call) {
		if c.operand(0).text == "upload" {
			c.does(OpUpload)
			c.mark(Upload)
		}
		c.reads(c.rest(1)...)
	})
}

// npxPrograms are packages whose command does what the table says.
var npxPrograms = setOf("rimraf localtunnel lt ngrok http-server serve pm2 tsx ts-node forever")

// installs records packages; those that no registry vouches for are marked.
func (c *call) installs(words []data) {
	c.does(OpInstall)
	for _, w := range words {
		if strings.HasPrefix(w.text, "-") {
			continue
		}
		c.command.Packages = append(c.command.Packages, w.text)
		switch {
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
	// owner/repository, as npm takes it
	owner, repo, ok := strings.Cut(lower, "/")
	return ok && owner != "" && repo != "" && !strings.HasPrefix(lower, "@") && !strings.HasPrefix(lower, ".") && !strings.HasPrefix(lower, "/") && !strings.HasPrefix(lower, "~") && !strings.Contains(repo, "/") && !strings.ContainsAny(lower, "=<>[ *")
}

func fromURL(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "ftp://") || strings.Contains(lower, "@ http") || strings.Contains(lower, "@https:") || strings.Contains(lower, "@http:")
}

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
			} else {
				c.reads(f)
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

func npm(c *call) {
	verb := c.operand(0).text
	words := c.rest(1)
	if c.command.Program == "yarn" && verb == "global" {
		verb, words = c.operand(1).text, c.rest(2)
	}
	if r, ok := c.value("--registry"); ok && !officialIndex(r.text) {
		c.mark(UntrustedRepository)
		c.contacts(r, 0)
	}
	switch verb {
	case "install", "i", "in", "add", "isntall", "ci", "update", "upgrade", "up", "link", "":
		c.installs(words)
	case "exec", "x", "dlx", "explore":
		c.does(OpExecute)
		if code, ok := c.value("--call"); ok {
			c.runsText(code, nil)
		} else if len(words) > 0 {
			c.runs(words)
		}
	case "publish", "unpublish", "deprecate", "dist-tag", "login", "adduser", "token", "owner", "access":
		if verb == "token" && len(words) > 0 && words[0].text == "list" {
			return
		}
		c.does(OpUpload)
		c.mark(Upload)
	case "config", "set", "c":
		if len(words) > 0 {
			t := join(words).text
			if strings.Contains(t, "registry") && (strings.HasPrefix(t, "set") || verb == "set") && !officialIndex(lastOperand(words).text) {
				c.mark(UntrustedRepository)
			}
			if strings.Contains(t, "_authToken") || strings.Contains(t, "_auth") {
				c.reads(literal("~/.npmrc"))
			}
		}
		c.does(OpAccess)
	default:
		c.does(OpExecute)
		c.out = unknown(0)
	}
}

func systemPackages(c *call) {
	verb := c.operand(0).text
	for _, o := range c.values("--option") {
		if strings.Contains(o.text, "sourcelist") || strings.Contains(o.text, "sourceparts") || strings.Contains(strings.ToLower(o.text), "allowunauthenticated") || strings.Contains(strings.ToLower(o.text), "allow-insecure") || strings.Contains(o.text, "Pre-Invoke") || strings.Contains(o.text, "Post-Invoke") {
			c.mark(UntrustedRepository)
			if _, code, ok := strings.Cut(o.text, "="); ok && strings.Contains(o.text, "Invoke") {
				c.runsText(o.part(code), nil)
			}
		}
	}
	if c.has("--allow-unauthenticated", "--force-yes", "--nogpgcheck", "--no-gpg-checks", "--dangerous", "--devmode") {
		c.mark(UntrustedRepository)
	}
	for _, r := range c.values("--repo", "--from", "-X", "--repository") {
		if strings.Contains(r.text, "://") {
			c.mark(UntrustedRepository)
			c.contacts(r, 0)
		}
	}
	switch verb {
	case "install", "reinstall", "add", "upgrade", "dist-upgrade", "full-upgrade", "update", "build-dep", "groupinstall", "localinstall", "in", "-i", "-iA", "tap", "refresh", "remote-add", "addrepo", "ar", "config-manager", "profile":
		c.does(OpInstall)
		for _, w := range c.rest(1) {
			c.command.Packages = append(c.command.Packages, w.text)
			if strings.Contains(w.text, "://") {
				c.contacts(w, 0)
				c.mark(PackageFromURL)
			} else if d, ours := c.in.files[c.in.path(w).Text]; ours && d.taint&fetched != 0 {
				c.mark(PackageFromURL | DownloadThenRun)
			}
		}
		if verb == "remote-add" || verb == "addrepo" || verb == "ar" || verb == "config-manager" || verb == "tap" && len(c.operands) > 1 && !strings.HasPrefix(c.operand(1).text, "homebrew/") {
			c.mark(UntrustedRepository)
		}
	case "remove", "purge", "autoremove", "uninstall", "erase", "del", "rm":
		c.does(OpDelete)
		for _, w := range c.rest(1) {
			if guards(w.text) {
				c.mark(GateTampering)
			}
			switch w.text {
			case "sudo", "systemd", "libc6", "openssh-server", "python3", "bash", "coreutils", "apt", "dpkg", "linux-image-generic":
				c.mark(MassDelete)
			}
		}
	default:
		if c.command.Program == "pacman" && c.has("-S") {
			c.does(OpInstall)
			c.command.Packages = append(c.command.Packages, texts(c.operands)...)
			return
		}
		c.does(OpRead)
		c.out = unknown(0)
	}
}
