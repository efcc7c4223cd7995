package tropic

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// maxRules is how many inbound rules a security group holds by default (Amazon VPC quotas). EC2 counts IPv4 and IPv6
// rules apart; one bound for both together errs on the safe side.
const maxRules = 60

// servicePorts are open to the Tropic proxy alone (product documentation, Network rules).
var servicePorts = []struct {
	port        int32
	description string
}{
	{80, "Tropic proxy: HTTP"},
	{443, "Tropic proxy: HTTPS"},
	{18789, "Tropic proxy: OpenClaw gateway"},
}

// IngressRule is one inbound rule.
type IngressRule struct {
	Protocol         string // tcp, udp, icmp, … or -1 for all
	FromPort, ToPort int32  // -1 for all
	// Source is invalid when the rule names a security group or a prefix list instead, which Peer then holds.
	Source      netip.Prefix
	Peer        string // sg-… or pl-…; empty for an address range
	RuleID      string // empty for a rule that is only wanted
	Description string
}

// ruleKey is what makes two rules the same; id and description do not.
type ruleKey struct {
	protocol string
	from, to int32
	source   netip.Prefix
	peer     string
}

func (r IngressRule) key() ruleKey {
	return ruleKey{r.Protocol, r.FromPort, r.ToPort, r.Source, r.Peer}
}

// String is such as "tcp 22 from 203.0.113.7/32".
func (r IngressRule) String() string {
	ports := fmt.Sprint(r.FromPort)
	if r.ToPort != r.FromPort {
		ports += fmt.Sprintf("-%d", r.ToPort)
	}
	source := r.Peer
	if source == "" {
		source = r.Source.String()
	}
	return r.Protocol + " " + ports + " from " + source
}

// WantedIngress returns the rules that spec asks for, each once, sorted.
func WantedIngress(spec IngressSpec) []IngressRule {
	var rules []IngressRule
	for _, p := range spec.SSH {
		rules = append(rules, IngressRule{Protocol: "tcp", FromPort: 22, ToPort: 22, Source: p, Description: "Tropic: SSH"})
	}
	for _, p := range spec.Proxy {
		for _, s := range servicePorts {
			rules = append(rules, IngressRule{
				Protocol: "tcp", FromPort: s.port, ToPort: s.port, Source: p, Description: s.description,
			})
		}
	}
	sortRules(rules)
	return slices.CompactFunc(rules, func(a, b IngressRule) bool { return a.key() == b.key() })
}

// diffIngress returns what must be authorised and what must be revoked to get from the present rules to the wanted ones.
func diffIngress(present, wanted []IngressRule) (missing, stale []IngressRule) {
	have := make(map[ruleKey]bool, len(present))
	want := make(map[ruleKey]bool, len(wanted))
	for _, r := range wanted {
		want[r.key()] = true
	}
	for _, r := range present {
		have[r.key()] = true
		if !want[r.key()] {
			stale = append(stale, r)
		}
	}
	for _, r := range wanted {
		if !have[r.key()] {
			have[r.key()] = true
			missing = append(missing, r)
		}
	}
	return missing, stale
}

func sortRules(rules []IngressRule) {
	slices.SortStableFunc(rules, func(a, b IngressRule) int {
		return cmp.Or(
			cmp.Compare(a.FromPort, b.FromPort), cmp.Compare(a.ToPort, b.ToPort), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.Peer, b.Peer), a.Source.Compare(b.Source), cmp.Compare(a.RuleID, b.RuleID),
		)
	})
}

// ruleFromEC2 converts an inbound rule.
func ruleFromEC2(r ec2types.SecurityGroupRule) (IngressRule, error) {
	rule := IngressRule{
		Protocol: aws.ToString(r.IpProtocol), FromPort: -1, ToPort: -1,
		RuleID: aws.ToString(r.SecurityGroupRuleId), Description: aws.ToString(r.Description),
	}
	if r.FromPort != nil {
		rule.FromPort = *r.FromPort
	}
	if r.ToPort != nil {
		rule.ToPort = *r.ToPort
	}
	cidr := cmp.Or(aws.ToString(r.CidrIpv4), aws.ToString(r.CidrIpv6))
	switch {
	case cidr != "":
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			return IngressRule{}, fmt.Errorf("security group rule %s has source %q: %w", rule.RuleID, cidr, err)
		}
		rule.Source = prefix.Masked()
	case r.ReferencedGroupInfo != nil:
		rule.Peer = aws.ToString(r.ReferencedGroupInfo.GroupId)
	default:
		rule.Peer = aws.ToString(r.PrefixListId)
	}
	return rule, nil
}

// permissions groups rules by port, as AuthorizeSecurityGroupIngress takes them.
func permissions(rules []IngressRule) []ec2types.IpPermission {
	var out []ec2types.IpPermission
	for _, r := range rules {
		last := len(out) - 1
		if last < 0 || *out[last].FromPort != r.FromPort || *out[last].ToPort != r.ToPort || *out[last].IpProtocol != r.Protocol {
			out = append(out, ec2types.IpPermission{
				IpProtocol: aws.String(r.Protocol), FromPort: aws.Int32(r.FromPort), ToPort: aws.Int32(r.ToPort),
			})
			last++
		}
		if r.Source.Addr().Is4() {
			out[last].IpRanges = append(out[last].IpRanges,
				ec2types.IpRange{CidrIp: aws.String(r.Source.String()), Description: aws.String(r.Description)})
			continue
		}
		out[last].Ipv6Ranges = append(out[last].Ipv6Ranges,
			ec2types.Ipv6Range{CidrIpv6: aws.String(r.Source.String()), Description: aws.String(r.Description)})
	}
	return out
}
