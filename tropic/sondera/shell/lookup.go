package shell

import "strings"

// looksUp marks a name that carries data to whoever answers for its domain.
func (c *call) looksUp(w data) {
	if w.taint&(sensitive|environ) != 0 || w.holes && (w.taint != 0 || len(w.from) > 0 || strings.HasPrefix(w.text, Unknown) && strings.Count(w.text, ".") >= 2) {
		c.mark(DNSExfiltration)
	}
}

// looksUpHost marks a URL whose host carries data.
func (c *call) looksUpHost(host string, u data) {
	if strings.Contains(host, Unknown) && (u.taint&(sensitive|environ) != 0 || len(u.from) > 0) && strings.Contains(strings.Trim(host, Unknown), ".") {
		c.mark(DNSExfiltration)
	}
}
