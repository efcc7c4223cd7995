package pattern

import (
	"net/netip"
	"slices"
	"strings"
)

// Hosts matches host names and addresses. A pattern is a name, which stands for itself and its subdomains, *. and a name
// for its subdomains only, an IP address, a network (10.0.0.0/8), or * for any host. Case does not matter.
type Hosts struct {
	names    map[string][]int // a name and below
	below    map[string][]int // below a name
	networks map[netip.Prefix][]int
	lengths  []int // of the prefixes in networks
	any      []int
}

// NewHosts reads the patterns. The first that cannot be read is a *SyntaxError.
func NewHosts(patterns []string) (*Hosts, error) {
	h := &Hosts{names: map[string][]int{}, below: map[string][]int{}, networks: map[netip.Prefix][]int{}}
	for id, text := range patterns {
		if err := h.add(id, text); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// CheckHost tells whether a pattern can be read: nil, or a *SyntaxError.
func CheckHost(text string) error {
	_, err := NewHosts([]string{text})
	return err
}

func (h *Hosts) add(id int, text string) error {
	fold := strings.TrimSuffix(strings.ToLower(text), ".")
	if text == "*" {
		h.any = append(h.any, id)
		return nil
	}
	if network, ok := network(fold); ok {
		h.networks[network] = append(h.networks[network], id)
		if !slices.Contains(h.lengths, network.Bits()) {
			h.lengths = append(h.lengths, network.Bits())
		}
		return nil
	}
	name, subdomains := strings.CutPrefix(fold, "*.")
	switch {
	case name == "" || strings.HasPrefix(name, ".") || strings.Contains(name, ".."):
		return &SyntaxError{text, "has an empty part", "a host such as example.com"}
	case strings.ContainsAny(name, "*/:@ \t\n"):
		return &SyntaxError{text, "is no host", "a host such as example.com, *.example.com, 10.1.2.3 or 10.0.0.0/8, without scheme, port or path"}
	case subdomains:
		h.below[name] = append(h.below[name], id)
	default:
		h.names[name] = append(h.names[name], id)
	}
	return nil
}

func network(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return unmapPrefix(prefix.Masked()), true
	}
	if addr, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	return netip.Prefix{}, false
}

// unmapPrefix makes ::ffff:10.0.0.0/104 what it means, 10.0.0.0/8.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}

// Append adds the indexes of the patterns that a host matches to ids. The host is in lower case, without a port.
func (h *Hosts) Append(ids []int, host string) []int {
	if h == nil {
		return ids
	}
	ids = append(ids, h.any...)
	if len(h.networks) > 0 {
		if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
			return h.appendNetworks(ids, addr.Unmap().WithZone(""))
		}
	}
	if len(h.names)+len(h.below) == 0 {
		return ids
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	ids = append(ids, h.names[host]...)
	for rest := host; ; {
		_, parent, ok := strings.Cut(rest, ".")
		if !ok {
			return ids
		}
		ids = append(ids, h.names[parent]...)
		ids = append(ids, h.below[parent]...)
		rest = parent
	}
}

func (h *Hosts) appendNetworks(ids []int, addr netip.Addr) []int {
	for _, bits := range h.lengths {
		if prefix, err := addr.Prefix(bits); err == nil {
			ids = append(ids, h.networks[prefix]...)
		}
	}
	return ids
}
