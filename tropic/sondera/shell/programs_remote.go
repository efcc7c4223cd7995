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
			if c.has("-y", "-e") {
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
			content := unknown(fetched)
			if !strings.Contains(src.text, ":") {
				content = c.reads(src)
			}
			if strings.Contains(dst.text, ":") {
				c.remoteTarget(dst, content)
			} else {
				c.does(OpDownload)
				c.writes(dst, content)
			}
		case "config":
			if c.operand(1).text == "show" || c.operand(1).text == "dump" || c.operand(1).text == "" {
				c.reads(literal("~/.config/rclone/rclone.conf"))
				c.out = unknown(sensitive)
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
	register("smbclient", "c:command= N U: A: W: p:", func(c *call) {
		c.does(OpConnect)
		c.contacts(literal(strings.Trim(c.operand(0).text, "/")), 445)
		if code, ok := c.value("--command"); ok && (strings.Contains(code.text, "put ") || strings.Contains(code.text, "mput ")) {
			c.mark(Upload | RemoteCopy)
			for _, w := range strings.Fields(code.text) {
				c.readsIfSensitive(literal(w))
			}
			c.sends(c.out)
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
