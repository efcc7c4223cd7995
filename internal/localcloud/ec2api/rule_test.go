package ec2api

import (
	"net/netip"
	"net/url"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

func TestPorts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		protocol, from, to string
		ok                 bool
	}{
		{"tcp", "22", "22", true},
		{"tcp", "0", "65535", true},
		{"udp", "53", "53", true},
		{"icmp", "-1", "-1", true},
		{"-1", "", "", true},
		{"-1", "70000", "1", true}, // ports of an all-traffic rule are dropped
		{"tcp", "65536", "65536", false},
		{"tcp", "-1", "-1", false},
		{"tcp", "80", "22", false},
		{"tcp", "22", "", false},
		{"tcp", "ssh", "22", false},
		{"gre", "1", "1", false},
		{"", "1", "1", false},
	}
	for _, tt := range tests {
		q := wire.NewQuery(url.Values{"IpProtocol": {tt.protocol}, "FromPort": {tt.from}, "ToPort": {tt.to}})
		rule, err := readPorts(q)
		if (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt, err)
		}
		if tt.protocol == "-1" && (rule.From != -1 || rule.To != -1) {
			t.Errorf("%+v: an all-traffic rule carries ports: %+v", tt, rule)
		}
	}
}

func TestPortsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		from, to := rapid.IntRange(-10, 70000).Draw(rt, "from"), rapid.IntRange(-10, 70000).Draw(rt, "to")
		q := wire.NewQuery(url.Values{"IpProtocol": {"tcp"}, "FromPort": {strconv.Itoa(from)}, "ToPort": {strconv.Itoa(to)}})
		rule, err := readPorts(q)
		valid := from >= 0 && from <= to && to <= 65535
		if valid != (err == nil) || valid && (rule.From != from || rule.To != to) {
			rt.Errorf("%d-%d: %+v, %v", from, to, rule, err)
		}
	})
}

func TestCanonicalCIDR(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		v6   bool
		want string
	}{
		{"10.1.1.1/24", false, "10.1.1.0/24"},
		{"203.0.113.7/32", false, "203.0.113.7/32"},
		{"0.0.0.0/0", false, "0.0.0.0/0"},
		{"2001:db8::1/32", true, "2001:db8::/32"},
		{"2001:db8::1/32", false, ""},
		{"10.0.0.0/8", true, ""},
		{"10.1.1.1", false, ""},
		{"10.1.1.1/33", false, ""},
		{"10.1.1.01/32", false, ""},
		{"example.com/32", false, ""},
		{"", false, ""},
	}
	for _, tt := range tests {
		got, err := canonicalCIDR(tt.in, tt.v6)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("canonicalCIDR(%q, %v) = %q, %v, want %q", tt.in, tt.v6, got, err, tt.want)
		}
	}
}

func FuzzCanonicalCIDR(f *testing.F) {
	f.Add("10.1.1.1/24", false)
	f.Add("::ffff:10.1.1.1/120", true)
	f.Fuzz(func(t *testing.T, s string, v6 bool) {
		once, err := canonicalCIDR(s, v6)
		if err != nil {
			return
		}
		twice, err := canonicalCIDR(once, v6)
		if err != nil || once != twice {
			t.Errorf("%q -> %q -> %q, %v: not canonical", s, once, twice, err)
		}
		if prefix := netip.MustParsePrefix(once); prefix != prefix.Masked() {
			t.Errorf("%q keeps host bits: %q", s, once)
		}
	})
}
