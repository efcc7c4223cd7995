package shell

import "strings"

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
