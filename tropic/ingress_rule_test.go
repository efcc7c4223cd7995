package tropic

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var rulePrefixes = []string{"10.0.0.0/8", "10.0.0.0/9", "203.0.113.7/32", "0.0.0.0/0", "2001:db8::/64", "::/0"}

func drawRules(t *rapid.T, label string, ids bool) []IngressRule {
	rule := rapid.Custom(func(t *rapid.T) IngressRule {
		from := rapid.SampledFrom([]int32{22, 80, 443, 18789, -1}).Draw(t, "from")
		r := IngressRule{
			Protocol: rapid.SampledFrom([]string{"tcp", "udp", "-1"}).Draw(t, "protocol"), FromPort: from,
			ToPort:      from + rapid.Int32Range(0, 1).Draw(t, "width"),
			Description: rapid.SampledFrom([]string{"", "by hand"}).Draw(t, "description"),
		}
		if ids && rapid.IntRange(0, 5).Draw(t, "peer") == 0 {
			r.Peer = "sg-1"
			return r
		}
		r.Source = netip.MustParsePrefix(rapid.SampledFrom(rulePrefixes).Draw(t, "source"))
		return r
	})
	rules := rapid.SliceOfN(rule, 0, 12).Draw(t, label)
	if ids {
		for i := range rules {
			rules[i].RuleID = fmt.Sprintf("sgr-%d", i)
		}
	}
	return rules
}

// naive is what a person would do: look at each rule in turn.
func naive(present, wanted []IngressRule) (missing map[string]bool, stale map[string]bool) {
	missing, stale = map[string]bool{}, map[string]bool{}
	for _, w := range wanted {
		if !slices.ContainsFunc(present, func(p IngressRule) bool { return p.String() == w.String() }) {
			missing[w.String()] = true
		}
	}
	for _, p := range present {
		if !slices.ContainsFunc(wanted, func(w IngressRule) bool { return p.String() == w.String() }) {
			stale[p.RuleID] = true
		}
	}
	return missing, stale
}

func TestDiffIngressAgreesWithANaiveOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		present, wanted := drawRules(t, "present", true), drawRules(t, "wanted", false)
		missing, stale := diffIngress(present, wanted)
		wantMissing, wantStale := naive(present, wanted)
		if len(missing) != len(wantMissing) || len(stale) != len(wantStale) {
			t.Fatalf("missing %v, stale %v; want %v, %v", missing, stale, wantMissing, wantStale)
		}
		for _, r := range missing {
			if !wantMissing[r.String()] {
				t.Fatalf("%s is not missing", r)
			}
		}
		for _, r := range stale {
			if !wantStale[r.RuleID] {
				t.Fatalf("%s is not stale", r)
			}
		}
	})
}

// TestPermissionsKeepEveryRule holds the grouping for EC2 to the rules it was made of.
func TestPermissionsKeepEveryRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t, "rules", false)
		got := map[string]int{}
		for _, p := range permissions(rules) {
			for _, r := range p.IpRanges {
				got[fmt.Sprintf("%s %d %d %s", *p.IpProtocol, *p.FromPort, *p.ToPort, *r.CidrIp)]++
			}
			for _, r := range p.Ipv6Ranges {
				got[fmt.Sprintf("%s %d %d %s", *p.IpProtocol, *p.FromPort, *p.ToPort, *r.CidrIpv6)]++
			}
		}
		total := 0
		for _, r := range rules {
			if got[fmt.Sprintf("%s %d %d %s", r.Protocol, r.FromPort, r.ToPort, r.Source)] == 0 {
				t.Fatalf("%s is lost", r)
			}
		}
		for _, n := range got {
			total += n
		}
		if total != len(rules) {
			t.Fatalf("%d rules became %d", len(rules), total)
		}
	})
}
