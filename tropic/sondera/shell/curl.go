package shell

import (
	"path"
	"slices"
	"strings"
)

// curl fetches each URL, and sends what its flags hold.
func curl(c *call) {
	if f, ok := c.value("--config"); ok {
		c.reads(f)
		c.mark(Dynamic)
	}
	urls := slices.Concat(c.operands, c.values("--url"))
	local := false
	for _, u := range urls {
		if strings.HasPrefix(u.text, "file:") {
			c.out = c.out.plus(c.reads(u))
			local = true
			continue
		}
		c.looksUpHost(c.contacts(u, 80), u)
	}
	if p, ok := c.value("--proxy", "--socks5", "--socks5-hostname"); ok {
		c.contacts(p, 1080)
	}
	c.does(OpFetch)
	sent, sends := c.curlBody()
	for _, u := range urls {
		sent.taint |= u.taint
	}
	for _, h := range c.values("--header", "--user-agent", "--cookie", "--user", "--referer") {
		if rest, ok := strings.CutPrefix(h.text, "@"); ok {
			sent = sent.plus(c.reads(h.part(rest)))
		}
		sent.taint |= h.taint &^ environ // a token in a header is how one logs in
	}
	for _, h := range c.values("--user-agent", "--referer", "--cookie") {
		sent.taint |= h.taint
	}
	for _, v := range c.values("--variable") {
		if _, file, ok := strings.Cut(v.text, "@"); ok {
			sent = sent.plus(c.reads(v.part(file)))
			sends = true
		}
	}
	for _, v := range c.values("--url-query") {
		if _, file, ok := strings.Cut(v.text, "@"); ok {
			sent = sent.plus(c.reads(v.part(file)))
		}
	}
	for _, v := range slices.Concat(c.values("--resolve"), c.values("--connect-to")) {
		for _, part := range strings.Split(v.text, ":") {
			if strings.Count(part, ".") == 3 {
				c.contacts(v.part(part), 0)
			}
		}
	}
	if s, ok := c.value("--unix-socket"); ok && strings.HasSuffix(s.text, "docker.sock") {
		c.mark(SandboxEscape)
	}
	method := strings.ToUpper(valueText(c, "--request"))
	if method != "" && method != "GET" && method != "HEAD" && method != "OPTIONS" || sends {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	} else if sent.taint&(sensitive|environ|archived|database) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	if local {
		return
	}
	c.fetches(urls)
}

func valueText(c *call, names ...string) string {
	v, _ := c.value(names...)
	return v.text
}

// curlBody reads what curl would send.
func (c *call) curlBody() (sent data, sends bool) {
	for _, f := range c.flags {
		switch f.name {
		case "--data", "--data-binary", "--data-ascii", "--json", "--data-urlencode":
			sends = sends || !c.has("--get")
			_, file, isFile := strings.Cut(f.value.text, "@")
			if isFile && (f.name == "--data-urlencode" || strings.HasPrefix(f.value.text, "@")) {
				sent = sent.plus(c.reads(f.value.part(file)))
			} else {
				sent.taint |= f.value.taint
			}
		case "--data-raw", "--form-string":
			sends = sends || !c.has("--get")
			sent.taint |= f.value.taint
		case "--form":
			sends = true
			_, value, _ := strings.Cut(f.value.text, "=")
			if strings.HasPrefix(value, "@") || strings.HasPrefix(value, "<") {
				file, _, _ := strings.Cut(value[1:], ";")
				sent = sent.plus(c.reads(f.value.part(file)))
			} else {
				sent.taint |= f.value.taint
			}
		case "--upload-file":
			sends = true
			sent = sent.plus(c.reads(f.value))
		case "--mail-rcpt":
			sends = true
			c.does(OpSend)
		}
	}
	return sent, sends
}

// far tells whether the program speaks with any host but this machine.
func (c *call) far() bool {
	for _, h := range c.command.Hosts {
		if !loopback(h) {
			return true
		}
	}
	return len(c.command.Hosts) == 0
}

// fetches writes what was fetched where curl's flags say.
func (c *call) fetches(urls []data) {
	content := unknown(fetched)
	outputs := c.values("--output")
	dir, inDir := c.value("--output-dir")
	place := func(w data) data {
		if inDir && !strings.HasPrefix(w.text, "/") {
			w.text = strings.TrimSuffix(dir.text, "/") + "/" + w.text
		}
		return w
	}
	for _, o := range outputs {
		if o.text != "-" && o.text != "/dev/null" {
			c.does(OpDownload)
		}
		c.writes(place(o), content)
	}
	if c.has("--remote-name", "--remote-name-all") {
		for _, u := range urls {
			c.does(OpDownload)
			c.writes(place(u.part(remoteName(u.text))), content)
		}
	}
	if f, ok := c.value("--dump-header", "--cookie-jar", "--trace", "--trace-ascii"); ok {
		c.writes(f, unknown(0))
	}
	if len(outputs) == 0 && !c.has("--remote-name", "--head") {
		c.out = c.out.plus(content)
	}
}

func remoteName(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	if !strings.Contains(url, "/") {
		return "index.html"
	}
	if name := path.Base(url); name != "." && name != "/" && !strings.HasSuffix(url, "/") {
		return name
	}
	return "index.html"
}
