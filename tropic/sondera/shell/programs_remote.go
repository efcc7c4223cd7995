package shell

import "strings"

// remotePrograms work on other hosts over SSH and its like.
func remotePrograms() {
	registerLeading("autossh", `p:port= l:login= i:identity= o:option= F:config= L:local-forward= R:remote-forward= D:dynamic-forward= N f n t T v q C M= J:`, ssh)
	registerLeading("ssh slogin mosh dbclient", `p:port= l:login= i:identity= o:option= F:config= L:local-forward= R:remote-forward= D:dynamic-forward= N f n t T v q C A a X Y x W:stdio= J:jump= S= b= c= e= E= I= m= O= Q= w= B= 4 6 g G k K M s V y`, ssh)
	registerLeading("sshpass", "p= f= e P= v", func(c *call) { c.runs(c.operands) })
	register("scp pscp", "P:port= i:identity= r:recursive p q C v o:option= F: l: c: S: J: 3 B T O", func(c *call) { c.remoteCopies(22) })
	register("rsync", `a:archive r:recursive v:verbose z:compress n:dry-run e:rsh= P p t l o g D u c h q x H A X S W b i m :delete :delete-after :delete-before :delete-during :delete-excluded :exclude= :include= :progress :stats :del
		:rsync-path= :files-from= :exclude-from= :partial :bwlimit= :remove-source-files :chmod= :port= :password-file= f:filter= :info= :max-size= :backup-dir= T: :link-dest= :log-file=`, rsync)
	register("sftp", "P: b: i: o: r p q C v F: J: l: B: R: S: s: a", func(c *call) {
		c.connects(remoteHost(c.operand(0)), data{}, 22)
		script := c.input()
		if f, ok := c.value("-b"); ok {
			script = script.plus(c.reads(f))
		}
		c.mark(RemoteCopy)
		for _, w := range strings.Fields(script.text) {
			c.readsIfSensitive(literal(w))
		}
		c.sends(c.out.plus(script))
	})
	register("ssh-import-id ssh-import-id-gh ssh-import-id-lp", "r o: u:", func(c *call) { c.mark(KeyPlanting) })
	register("ssh-copy-id", "i: p: o: f n s", func(c *call) {
		c.connects(remoteHost(c.operand(0)), data{}, 22)
		c.mark(KeyPlanting)
	})
	register("ssh-keygen", "t: b: f:file= N:new-passphrase= C:comment= P: q y e l F: R: H p i m: E: a: I: s: V: n: h D: Y: O: z: r: A", func(c *call) {
		f, ok := c.value("--file")
		switch {
		case !ok:
		case c.has("-l", "-y", "-e", "-F", "-R", "-H"):
			if c.has("-y") {
				c.out = c.reads(f)
				return
			}
		default:
			c.writes(f, unknown(0))
			pub := f
			pub.text += ".pub"
			c.writes(pub, unknown(0))
		}
		c.out = unknown(0)
	})
	register("ssh-add ssh-agent ssh-keyscan", "l L D d t: x X k s e: p: T: K a: c q v H", func(c *call) {
		c.out = unknown(0)
		if c.command.Program == "ssh-keyscan" {
			for _, w := range c.operands {
				c.connects(w, data{}, 22)
			}
		}
	})
	register("rclone", "P v q n :dry-run :config= :include= :exclude= :transfers= i", func(c *call) {
		verb := c.operand(0).text
		switch verb {
		case "copy", "sync", "move", "copyto", "moveto", "bisync", "rcat":
			src, dst := c.operand(1), c.operand(2)
			if verb == "rcat" {
				dst = c.operand(1)
				c.remoteTarget(dst, c.input())
				return
			}
			content := data{}
			if !strings.Contains(src.text, ":") {
				content = c.reads(src)
			} else {
				content = unknown(fetched)
			}
			if strings.Contains(dst.text, ":") {
				c.remoteTarget(dst, content)
			} else {
				c.does(OpDownload)
				c.writes(dst, content)
			}
		case "delete", "purge", "deletefile", "rmdirs", "cleanup":
			c.mark(CloudDestroy)
		case "serve", "mount":
			c.does(OpConnect | OpSpawn)
		default:
			c.does(OpFetch)
			c.out = unknown(fetched)
		}
	})
	register("croc wormhole magic-wormhole transfer ffsend gofile onionshare", "y :yes :code=", func(c *call) {
		content := c.input()
		if c.operand(0).text == "send" || c.command.Program == "transfer" || c.command.Program == "ffsend" {
			content = content.plus(c.reads(c.rest(map[bool]int{true: 1, false: 0}[c.operand(0).text == "send"])...))
			c.mark(Upload | RemoteCopy)
			c.sends(content)
		} else {
			c.does(OpDownload)
		}
	})
}

// remoteHost takes the host from user@host, host:path and ssh://host.
func remoteHost(w data) data {
	text := w.text
	if i := strings.Index(text, "://"); i >= 0 {
		return w
	}
	if i := strings.IndexByte(text, ':'); i >= 0 && !strings.HasPrefix(text, "[") {
		text = text[:i]
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		text = text[i+1:]
	}
	return w.part(text)
}

// ssh runs a command on another host, with the standard input of this one.
func ssh(c *call) {
	host := c.operand(0)
	port, _ := c.value("--port")
	c.connects(remoteHost(host), port, 22)
	if c.has("--local-forward", "--remote-forward", "--dynamic-forward", "-w", "--stdio") {
		c.mark(Tunnel)
	}
	if c.has("-f") || c.has("-N") {
		c.does(OpSpawn)
	}
	for _, o := range c.values("--option") {
		name, value, _ := strings.Cut(o.text, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "proxycommand", "localcommand", "knownhostscommand":
			c.runsText(o.part(value), nil)
		}
	}
	far := !loopback(remoteHost(host).text)
	if d := c.input(); d.text != "" && far {
		c.does(OpUpload)
		if len(d.from) > 0 || d.taint != 0 {
			c.mark(RemoteCopy)
		}
		if d.taint&(sensitive|environ|database) != 0 {
			c.mark(Exfiltration | Upload)
		}
	}
	rest := c.rest(1)
	if len(rest) > 0 && rest[0].text == "--" {
		rest = rest[1:]
	}
	code := join(rest)
	if strings.HasPrefix(host.text, "root@") && !far {
		c.mark(Privilege)
		c.does(OpElevate)
	}
	if far && code.taint&(sensitive|environ) != 0 {
		c.mark(Exfiltration)
	}
	run := func() {
		if code.text != "" {
			c.does(OpExecute)
			c.runsText(code, c.io.stdin)
		} else if d := c.input(); d.text != "" && len(c.operands) == 1 && !c.has("-N") {
			c.evaluates(d)
		}
	}
	if far {
		c.elsewhere(run)
		c.out.taint |= fetched
	} else {
		run()
	}
}

func isRemote(w data) bool {
	if strings.Contains(w.text, "://") {
		return true
	}
	host, _, ok := strings.Cut(w.text, ":")
	return ok && !strings.ContainsAny(host, "/.") || ok && !strings.Contains(host, "/") && strings.Contains(host, ".") && len(host) > 2
}

// remoteCopies copies between hosts; the last operand is where to.
func (c *call) remoteCopies(port int) {
	if len(c.operands) < 2 {
		return
	}
	dst := c.operands[len(c.operands)-1]
	content := data{}
	for _, src := range c.operands[:len(c.operands)-1] {
		if isRemote(src) {
			c.connects(remoteHost(src), data{}, port)
			content = content.plus(unknown(fetched))
			c.does(OpDownload)
			if !loopback(remoteHost(src).text) {
				c.mark(RemoteCopy)
			}
			continue
		}
		content = content.plus(c.reads(src))
	}
	if isRemote(dst) {
		c.connects(remoteHost(dst), data{}, port)
		if !loopback(remoteHost(dst).text) {
			c.mark(RemoteCopy)
			c.sends(content)
		}
		return
	}
	if len(c.operands) == 2 {
		c.writes(dst, content)
		return
	}
	c.command.Writes = append(c.command.Writes, c.in.path(dst))
	c.does(OpWrite)
}

func rsync(c *call) {
	for _, w := range c.values("--rsh") {
		if words := strings.Fields(w.text); len(words) > 0 && base(words[0]) != "ssh" {
			c.runsText(w, nil)
		}
	}
	if f, ok := c.value("--files-from", "--password-file"); ok {
		c.reads(f)
	}
	c.remoteCopies(22)
	if c.has("--remove-source-files") && len(c.operands) > 1 {
		c.deletes(c.operands[:len(c.operands)-1]...)
	}
	for _, f := range c.flags {
		if strings.HasPrefix(f.name, "--del") && len(c.operands) > 1 && !c.has("--dry-run") {
			dst := c.operands[len(c.operands)-1]
			if !isRemote(dst) {
				c.deletes(dst)
				if whole(c.in.path(dst)) {
					c.mark(MassDelete)
				}
			}
			break
		}
	}
}

// remoteTarget records that content goes to a remote of a name that only a configuration resolves.
func (c *call) remoteTarget(dst, content data) {
	c.does(OpConnect)
	c.mark(Upload | RemoteCopy)
	if strings.Contains(dst.text, "://") {
		c.contacts(dst, 443)
	}
	c.does(OpUpload)
	if content.taint&(sensitive|environ) != 0 {
		c.mark(Exfiltration)
	}
	if content.taint&database != 0 {
		c.mark(DatabaseDump | Exfiltration)
	}
}
