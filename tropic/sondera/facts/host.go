package facts

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// gatewayPort is where the OpenClaw gateway listens on loopback.
const gatewayPort = 18789

// urls records URLs with which a tool speaks. file: names a file.
func (b *builder) urls(texts ...string) {
	for _, t := range texts {
		if t == "" {
			continue
		}
		scheme, _, _ := strings.Cut(t, ":")
		switch strings.ToLower(scheme) {
		case "file", "view-source":
			b.Operations |= shell.OpRead
			b.reads(strings.TrimPrefix(strings.TrimPrefix(t, "view-source:"), "file://"))
			continue
		case "javascript", "data":
			b.Traits |= shell.InlineCode
			continue
		case "chrome", "about", "edge", "devtools":
			continue
		}
		if carriesToken(t) {
			b.Traits |= shell.Exfiltration
		}
		u, err := url.Parse(t)
		if err == nil && u.Host == "" {
			u, err = url.Parse("https://" + t)
		}
		if err != nil {
			b.Hosts = append(b.Hosts, Host{Name: "", Classes: UnknownHost})
			b.Reasons = append(b.Reasons, "a URL that cannot be read")
			b.Traits |= shell.Unparsed
			continue
		}
		port, _ := strconv.Atoi(u.Port())
		if port == 0 {
			port = map[string]int{"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}[strings.ToLower(u.Scheme)]
		}
		var ports []int
		if port != 0 {
			ports = []int{port}
		}
		b.Ports = append(b.Ports, ports...)
		b.host(u.Hostname(), ports)
	}
}

// tokenLeads begin the tokens of well-known services; a URL has no reason to hold one.
var tokenLeads = []string{"sk-ant-", "sk-proj-", "ghp_", "gho_", "ghs_", "github_pat_", "AKIA", "ASIA", "xoxb-", "xoxp-", "glpat-", "sk_live_", "rk_live_", "hf_", "npm_", "SG.", "AIza", "-----BEGIN"}

// carriesToken tells whether the path or query of a URL holds what looks like a token.
func carriesToken(text string) bool {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return false
	}
	i := strings.IndexAny(rest, "/?#")
	return i >= 0 && holdsToken(rest[i:])
}

// holdsToken tells whether a text holds what looks like a token or a private key.
func holdsToken(rest string) bool {
	if strings.Contains(rest, "PRIVATE KEY-----") {
		return true
	}
	for _, lead := range tokenLeads {
		if k := strings.Index(rest, lead); k >= 0 && len(rest[k:]) >= len(lead)+16 && !strings.ContainsAny(rest[k+len(lead):k+len(lead)+16], "/. ") {
			return true
		}
	}
	return false
}

// host records the other side of a connection.
func (b *builder) host(name string, ports []int) {
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	h := Host{Name: name}
	if addr, ok := address(name); ok {
		h.Name = addr.String()
		h.Classes = IPLiteral | addressClasses(addr)
	} else {
		h.Classes = nameClasses(name)
	}
	if h.Classes&Loopback != 0 && slices.Contains(ports, gatewayPort) {
		h.Classes |= Gateway
	}
	if !slices.Contains(b.Hosts, h) {
		b.Hosts = append(b.Hosts, h)
	}
}

// address reads an IP address as programs do: also 0x7f000001, 2130706433, 127.1 and 017700000001 (inet_aton(3)).
func address(name string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.Unmap(), true
	}
	parts := strings.Split(name, ".")
	if name == "" || len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 0, 32)
		if err != nil || strings.HasPrefix(p, "0b") || strings.HasPrefix(p, "0o") || strings.Contains(p, "_") {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return netip.Addr{}, false
			}
			value |= n << (24 - 8*i)
		} else {
			value |= n
		}
	}
	if value > 1<<32-1 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

var (
	carrierGrade = netip.MustParsePrefix("100.64.0.0/10")
	metadataV6   = netip.MustParseAddr("fd00:ec2::254")
)

func addressClasses(a netip.Addr) HostClasses {
	switch {
	case a == netip.AddrFrom4([4]byte{169, 254, 169, 254}), a == netip.AddrFrom4([4]byte{169, 254, 170, 2}), a == netip.AddrFrom4([4]byte{169, 254, 170, 23}), a == metadataV6, a == netip.AddrFrom4([4]byte{100, 100, 100, 200}):
		return Metadata | LinkLocal
	case a.IsLoopback(), a.IsUnspecified():
		return Loopback
	case a.IsLinkLocalUnicast():
		return LinkLocal
	case a.IsPrivate(), carrierGrade.Contains(a), a.IsMulticast():
		return Private
	}
	return Public
}

func nameClasses(name string) HostClasses {
	for _, mirror := range []string{".nip.io", ".sslip.io", ".xip.io", ".localtest.me", ".lvh.me"} { // names that give the address in them
		if rest, ok := strings.CutSuffix(name, mirror); ok {
			return embedded(rest)
		}
	}
	switch {
	case name == "", strings.Contains(name, shell.Unknown) && strings.Trim(name, shell.Unknown+".") == "":
		return UnknownHost
	case name == "localhost", strings.HasSuffix(name, ".localhost"), name == "ip6-localhost", name == "host.docker.internal":
		return Loopback
	case name == "metadata", name == "metadata.google.internal", name == "instance-data", name == "instance-data.ec2.internal":
		return Metadata
	case !strings.Contains(name, "."), strings.HasSuffix(name, ".local"), strings.HasSuffix(name, ".internal"), strings.HasSuffix(name, ".lan"), strings.HasSuffix(name, ".home.arpa"), strings.HasSuffix(name, ".intranet"), strings.HasSuffix(name, ".corp"):
		return Private
	}
	c := Public
	if strings.Contains(name, shell.Unknown) {
		c |= UnknownHost
	}
	if listed(name, pasteSites) {
		c |= PasteSite
	}
	if listed(name, tunnelHosts) {
		c |= TunnelHost
	}
	return c
}

// embedded classifies the address that a name such as app.10.0.0.1 or 10-0-0-1 ends in.
func embedded(name string) HostClasses {
	fields := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '-' })
	if len(fields) >= 4 {
		if addr, ok := address(strings.Join(fields[len(fields)-4:], ".")); ok {
			return addressClasses(addr)
		}
	}
	if addr, ok := address(fields[max(0, len(fields)-1):][0]); ok {
		return addressClasses(addr)
	}
	return Loopback
}

// listed tells whether a name is one of the domains or below it.
func listed(name string, domains map[string]bool) bool {
	for {
		if domains[name] {
			return true
		}
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return false
		}
		name = rest
	}
}

// pasteSites are services where anyone may leave text or files, by their public names.
var pasteSites = domains(`pastebin.com paste.ee hastebin.com dpaste.com dpaste.org ix.io sprunge.us termbin.com 0x0.st transfer.sh file.io paste.rs paste.debian.net ghostbin.com ghostbin.co
 controlc.com justpaste.it rentry.co rentry.org privatebin.net pastie.org codepad.org bpaste.net clbin.com paste.ubuntu.com paste.centos.org paste.opensuse.org paste.mozilla.org
 gist.github.com gofile.io anonfiles.com bashupload.com catbox.moe litterbox.catbox.moe temp.sh oshi.at uguu.se tmpfiles.org filebin.net wetransfer.com sendspace.com mega.nz zippyshare.com pixeldrain.com
 pasteio.com nopaste.net p.ip.fi paste.gg snippet.host txt.fyi telegra.ph paste2.org textbin.net pastebin.pl pst.moe envs.sh bin.disroot.org cl1p.net keep.sh fileconvoy.com upload.ee workupload.com transfer.adminforge.de send.vis.ee`)

// tunnelHosts are services that forward to a listener, or collect what is sent to them.
var tunnelHosts = domains(`ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev trycloudflare.com loca.lt localtunnel.me serveo.net localhost.run lhr.life pagekite.me bore.pub pinggy.io pinggy.link
 requestbin.com requestbin.net webhook.site pipedream.net hookbin.com beeceptor.com requestcatcher.com interact.sh oast.pro oast.live oast.site oast.online oast.fun oast.me burpcollaborator.net oastify.com
 dnslog.cn ceye.io canarytokens.com postb.in httpdump.app ptsv2.com ptsv3.com smee.io hookdeck.com xss.ht tunnelto.dev telebit.cloud zrok.io devtunnels.ms`)

func domains(text string) map[string]bool {
	set := map[string]bool{}
	for _, d := range strings.Fields(text) {
		set[d] = true
	}
	return set
}
