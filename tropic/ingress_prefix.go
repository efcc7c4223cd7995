package tropic

import (
	"fmt"
	"net/netip"
	"strings"
)

// Fields of an IngressSpec, as they are named in errors and in Terraform.
const (
	fieldSSH   = "ssh_cidrs"
	fieldProxy = "proxy_cidrs"
)

const wantPrefix = `an address such as "203.0.113.7", or a range such as "203.0.113.0/24" or "2001:db8::/32"`

// ParsePrefix reads an IPv4 or IPv6 address or CIDR range in canonical form. A bare address means itself alone: /32 or
// /128. A range with a bit set behind its length, a zone, or an IPv4 address written as IPv6 is refused, because what was
// meant is not certain. The error is an *Error of kind ErrValidation for field.
func ParsePrefix(field, s string) (netip.Prefix, error) {
	fault := func(reason, want string) (netip.Prefix, error) {
		return netip.Prefix{}, invalid("ingress", field, s, reason, want)
	}
	if s == "" {
		return netip.Prefix{}, invalid("ingress", field, "", "has an empty entry", wantPrefix)
	}
	text, length, ranged := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		return fault("is not an IP address or range", wantPrefix)
	case addr.Zone() != "":
		return fault("has a zone", wantPrefix)
	case addr.Is4In6():
		return fault("is an IPv4 address written as IPv6", fmt.Sprintf("%q", addr.Unmap()))
	case !ranged:
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return fault(fmt.Sprintf("has %q behind the slash", length),
			fmt.Sprintf("a length from 0 to %d without leading zeros", addr.BitLen()))
	}
	if prefix != prefix.Masked() {
		return fault(fmt.Sprintf("has bits set behind the first %d", prefix.Bits()),
			fmt.Sprintf("%q for the range, or \"%s/%d\" for the one address", prefix.Masked(), addr, addr.BitLen()))
	}
	return prefix, nil
}

// Validate reports every fault, joined; each is an *Error of kind ErrValidation for field ssh_cidrs or proxy_cidrs.
func (s IngressSpec) Validate() error {
	var faults faultList
	for _, p := range s.SSH {
		faults.add(validatePrefix(fieldSSH, p))
		if p.IsValid() && p.Bits() == 0 && !s.AllowSSHFromAnywhere {
			faults.add(invalid("ingress", fieldSSH, p.String(), "opens SSH to the whole internet",
				"your own address as /32 or /128; set allow_ssh_from_anywhere to open it all the same"))
		}
	}
	for _, p := range s.Proxy {
		faults.add(validatePrefix(fieldProxy, p))
		if p.IsValid() && p.Bits() == 0 {
			faults.add(invalid("ingress", fieldProxy, p.String(), "opens the gateway to the whole internet",
				"the addresses of the Tropic proxy; the gateway is never public"))
		}
	}
	if n := len(WantedIngress(s)); n > maxRules {
		faults.add(invalid("ingress", fieldProxy, "", fmt.Sprintf("and %s make %d rules", fieldSSH, n),
			fmt.Sprintf("at most %d: one for each SSH range and three for each proxy range", maxRules)))
	}
	return faults.err()
}

// validatePrefix reports a prefix that ParsePrefix would not have made.
func validatePrefix(field string, p netip.Prefix) error {
	if !p.IsValid() {
		return invalid("ingress", field, "", "has an entry that is no address or range", wantPrefix)
	}
	_, err := ParsePrefix(field, p.String())
	return err
}
