package facts

import "math/bits"

// HostClasses is a set of kinds that a host belongs to.
type HostClasses uint16

// The kinds of host. Their names are those of the policy vocabulary, as "class:<name>".
const (
	Public      HostClasses = 1 << iota // reachable from anywhere, as far as the name tells
	Loopback                            // this machine
	Private                             // RFC 1918, RFC 4193, carrier-grade NAT, .local, .internal, names without a dot
	LinkLocal                           // RFC 3927, fe80::/10
	Metadata                            // the instance metadata service of a cloud
	PasteSite                           // where anyone may leave text or files
	TunnelHost                          // services that forward to a listener, or collect requests
	Gateway                             // the OpenClaw gateway of this machine
	IPLiteral                           // an address instead of a name
	UnknownHost                         // only the run can tell
)

var hostClassNames = [...]string{
	"public", "loopback", "private", "link-local", "metadata", "paste-site", "tunnel", "gateway", "ip-literal", "uncertain",
}

// Names lists the classes in a fixed order, without "class:".
func (c HostClasses) Names() []string {
	names := make([]string, 0, bits.OnesCount16(uint16(c)))
	for rest := c; rest != 0; rest &= rest - 1 {
		names = append(names, hostClassNames[bits.TrailingZeros16(uint16(rest))])
	}
	return names
}

// AllHostClasses lists every class in the order of its bit.
func AllHostClasses() []string { return hostClassNames[:] }
