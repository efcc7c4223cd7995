package shell

import "strings"

func wget(c *call) {
	for _, code := range c.values("--use-askpass") {
		c.runsText(code, nil)
	}
	for _, u := range c.operands {
		c.looksUpHost(c.contacts(u, 80), u)
	}
	c.does(OpFetch)
	sent := data{}
	for _, u := range c.operands {
		sent.taint |= u.taint
	}
	for _, f := range c.values("--post-file", "--body-file") {
		sent = sent.plus(c.reads(f))
	}
	for _, d := range c.values("--post-data", "--body-data") {
		sent.taint |= d.taint
	}
	method := strings.ToUpper(valueText(c, "--method"))
	if c.has("--post-file", "--body-file", "--post-data", "--body-data") || method != "" && method != "GET" && method != "HEAD" {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	} else if sent.taint&(sensitive|environ) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	if c.has("--spider") {
		return
	}
	content := unknown(fetched)
	if o, ok := c.value("--output-document"); ok {
		if o.text != "-" {
			c.does(OpDownload)
		}
		c.writes(o, content)
		return
	}
	c.does(OpDownload)
	prefix := "."
	if p, ok := c.value("--directory-prefix"); ok {
		prefix = p.text
	}
	for _, u := range c.operands {
		c.writes(u.part(prefix+"/"+remoteName(u.text)), content)
	}
}

// httpie reads METHOD URL ITEMS; an item may be a file.
func httpie(c *call) {
	words := c.operands
	method := ""
	if len(words) > 1 && words[0].text == strings.ToUpper(words[0].text) && !strings.ContainsAny(words[0].text, ".:/") {
		method, words = words[0].text, words[1:]
	}
	if len(words) == 0 {
		return
	}
	c.contacts(words[0], 80)
	c.does(OpFetch)
	sent := c.input()
	body := sent.text != ""
	for _, item := range words[1:] {
		if _, file, ok := strings.Cut(item.text, "@"); ok && !strings.HasPrefix(item.text, "http") {
			sent = sent.plus(c.reads(item.part(file)))
			body = true
		} else if strings.Contains(item.text, "=") && !strings.Contains(item.text, "==") {
			sent.taint |= item.taint
			body = true
		}
	}
	if method != "" && method != "GET" && method != "HEAD" || body {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	}
	if o, ok := c.value("--output"); ok {
		c.does(OpDownload)
		c.writes(o, unknown(fetched))
		return
	}
	c.out = unknown(fetched)
}
