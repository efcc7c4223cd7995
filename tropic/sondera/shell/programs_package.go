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
			if fromGit(name.text) || ownerAndRepository(name.text) {
				c.mark(PackageFromGit)
			}
			if lookupProgram(name.text) != nil && (riskyPrograms[name.text] || npxPrograms[name.text]) {
				c.runs(c.operands)
			}
			c.losesData()
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
