package policy

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/phone"
)

// includes tells whether every clause of b is included in one of a.
func includes(a, b []Clause) bool {
	return !slices.ContainsFunc(b, func(inner Clause) bool {
		return !slices.ContainsFunc(a, func(outer Clause) bool { return outer.includes(&inner) })
	})
}

// includes tells whether all that d is about, c is about too. It is false when it cannot be told.
func (c *Clause) includes(d *Clause) bool {
	if len(c.Except) > 0 && !slices.EqualFunc(c.Except, d.Except, func(x, y Clause) bool { return x.String() == y.String() }) {
		return false
	}
	if c.Subject == Anything {
		return true
	}
	if c.Subject != d.Subject {
		return c.Subject == Commands && len(c.Commands) == 0 && d.Subject == Topics && slices.Equal(d.Topics, []string{"elevated commands"})
	}
	if !includesVerbs(c.Verbs, d.Verbs) || c.Size != nil && !sameSize(c.Size, d.Size) || c.Sandbox && !d.Sandbox {
		return false
	}
	if len(c.Ports) > 0 && (len(d.Ports) == 0 || slices.ContainsFunc(d.Ports, func(p int) bool { return !slices.Contains(c.Ports, p) })) {
		return false
	}
	compare := []func(a, b string) bool{pathIncludes, pathIncludes, hostIncludes, equal, recipientIncludes, commandIncludes, equal, equal, equal, toolIncludes, equal}
	lists, inner := c.lists(), d.lists()
	for i := range lists {
		if !listIncludes(*lists[i], *inner[i], compare[i]) {
			return false
		}
	}
	return true
}

func includesVerbs(a, b []Verb) bool {
	return slices.Contains(a, Access) || !slices.ContainsFunc(b, func(v Verb) bool { return !slices.Contains(a, v) })
}

// listIncludes tells whether each of b is included in one of a. An empty list has everything.
func listIncludes(a, b []string, includes func(a, b string) bool) bool {
	if len(a) == 0 {
		return true
	}
	return len(b) > 0 && !slices.ContainsFunc(b, func(inner string) bool {
		return !slices.ContainsFunc(a, func(outer string) bool { return outer == inner || includes(outer, inner) })
	})
}

func equal(a, b string) bool { return a == b }

// secretClasses are those that class:secret is the name for.
var secretClasses = elements(`ssh-key credentials cloud-credentials docker-credentials package-token env-file shell-history gpg-key browser-data password-store openclaw-credentials openclaw-auth anthropic-data huggingface-data`)

func pathIncludes(a, b string) bool {
	if a == "class:secret" {
		return slices.Contains(secretClasses, b)
	}
	if isClass(a) || isClass(b) {
		return false
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	if base, ok := strings.CutSuffix(a, "/**"); ok && !strings.Contains(base, "*") {
		return b == base || strings.HasPrefix(b, base+"/")
	}
	if last, ok := strings.CutPrefix(a, "**/*"); ok && !strings.ContainsAny(last, "*/") { // **/*.pem
		return strings.HasSuffix(b, last)
	}
	if last, ok := strings.CutPrefix(a, "**/"); ok && !strings.Contains(last, "*") { // **/name
		return strings.HasSuffix(b, "/"+last)
	}
	return false
}

func hostIncludes(a, b string) bool {
	if isClass(a) {
		_, err := netip.ParsePrefix(b)
		return a == "class:public" && !isClass(b) && err != nil && !isAddress(b)
	}
	if isClass(b) {
		return false
	}
	if network, err := netip.ParsePrefix(a); err == nil {
		if inner, err := netip.ParsePrefix(b); err == nil {
			return network.Bits() <= inner.Bits() && network.Contains(inner.Addr())
		}
		addr, err := netip.ParseAddr(b)
		return err == nil && network.Contains(addr)
	}
	name, below := strings.CutPrefix(a, "*.")
	if below {
		return strings.HasSuffix(b, "."+name) && b != "*."+name || b == a
	}
	return strings.TrimPrefix(b, "*.") == name || strings.HasSuffix(b, "."+name)
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func recipientIncludes(a, b string) bool {
	outer, err1 := phone.ParsePattern(a)
	inner, err2 := phone.ParsePattern(b)
	if err1 == nil && err2 == nil {
		return outer.Covers(inner)
	}
	if prefix, open := strings.CutSuffix(a, "*"); open {
		return strings.HasPrefix(strings.ToLower(b), strings.ToLower(prefix))
	}
	return strings.EqualFold(a, b)
}

// commandIncludes: docker includes docker push.
func commandIncludes(a, b string) bool {
	outer, words := splitCommand(a)
	inner, more := splitCommand(b)
	return outer == inner && (len(words) == 0 || len(words) <= len(more) && slices.Equal(words, more[:len(words)]))
}

func toolIncludes(a, b string) bool {
	if a == allMCP {
		return strings.Contains(b, "__")
	}
	if prefix, open := strings.CutSuffix(a, "*"); open && !strings.Contains(prefix, "*") {
		return strings.HasPrefix(b, prefix)
	}
	return a == b
}
