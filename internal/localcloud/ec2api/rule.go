package ec2api

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type ruleXML struct {
	ID          string   `xml:"securityGroupRuleId"`
	GroupID     string   `xml:"groupId"`
	Owner       string   `xml:"groupOwnerId"`
	Egress      bool     `xml:"isEgress"`
	Protocol    string   `xml:"ipProtocol"`
	From        int      `xml:"fromPort"`
	To          int      `xml:"toPort"`
	V4          string   `xml:"cidrIpv4,omitempty"`
	V6          string   `xml:"cidrIpv6,omitempty"`
	Description string   `xml:"description,omitempty"`
	Tags        []tagXML `xml:"tagSet>item"`
}

func (s *Service) renderRule(g *SecurityGroup, r Rule, egress bool) ruleXML {
	out := ruleXML{
		ID: r.ID, GroupID: g.ID, Owner: s.AccountID, Egress: egress, Protocol: r.Protocol, From: r.From, To: r.To,
		Description: r.Description, Tags: renderTags(r.Tags),
	}
	if isV6(r.CIDR) {
		out.V6 = r.CIDR
	} else {
		out.V4 = r.CIDR
	}
	return out
}

type rulesOutput struct {
	Rules []ruleXML `xml:"securityGroupRuleSet>item"`
	Next  string    `xml:"nextToken,omitempty"`
}

func (s *Service) describeSecurityGroupRules(req wire.Request, q wire.Query) (any, error) {
	filters, err := readFilters(q, ruleXML{}.attribute)
	if err != nil {
		return nil, err
	}
	var found []ruleXML
	for _, g := range s.groups {
		if g.Region != req.Region {
			continue
		}
		rules := []ruleXML{s.renderRule(g, Rule{ID: g.EgressRule, Protocol: "-1", From: -1, To: -1, CIDR: "0.0.0.0/0"}, true)}
		for _, r := range g.Ingress {
			rules = append(rules, s.renderRule(g, r, false))
		}
		for _, r := range rules {
			if filters.match(r.attribute) {
				found = append(found, r)
			}
		}
	}
	slices.SortFunc(found, func(a, b ruleXML) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(q, found, func(r ruleXML) string { return r.ID })
	return rulesOutput{page, next}, err
}

func (r ruleXML) attribute(name string) ([]string, bool) {
	switch name {
	case "group-id":
		return []string{r.GroupID}, true
	case "security-group-rule-id":
		return []string{r.ID}, true
	}
	tags := map[string]string{}
	for _, t := range r.Tags {
		tags[t.Key] = t.Value
	}
	return tagAttribute(name, tags)
}

func (s *Service) authorizeIngress(req wire.Request, q wire.Query) (any, error) {
	g, err := s.group(req.Region, q.String("GroupId"))
	if err != nil {
		return nil, err
	}
	rules, err := readPermissions(q)
	if err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, missing("IpPermissions")
	}
	tags, err := tagSpecification(q, "security-group-rule")
	if err != nil {
		return nil, err
	}
	changed := *g
	changed.Ingress = slices.Clone(g.Ingress)
	var added []ruleXML
	for n, r := range rules {
		if slices.ContainsFunc(rules[:n], r.same) {
			return nil, &wire.Error{Code: "InvalidParameterValue", Message: "The same permission must not appear multiple times"}
		}
		if slices.ContainsFunc(changed.Ingress, r.same) {
			return nil, &wire.Error{
				Code: "InvalidPermission.Duplicate",
				Message: fmt.Sprintf("the specified rule \"peer: %s, %s, from port: %d, to port: %d, ALLOW\" already exists",
					r.CIDR, strings.ToUpper(r.Protocol), r.From, r.To),
			}
		}
		r.ID, r.Tags = newID("sgr"), tags
		changed.Ingress = append(changed.Ingress, r)
		added = append(added, s.renderRule(g, r, false))
	}
	if tooManyRules(changed.Ingress) {
		return nil, &wire.Error{
			Code:    "RulesPerSecurityGroupLimitExceeded",
			Message: fmt.Sprintf("The maximum number of rules per security group has been reached (%d).", maxRules),
		}
	}
	if err := s.Journal.Put(kindGroup, g.ID, changed); err != nil {
		return nil, err
	}
	*g = changed
	return struct {
		Return bool      `xml:"return"`
		Rules  []ruleXML `xml:"securityGroupRuleSet>item"`
	}{true, added}, nil
}

func tooManyRules(rules []Rule) bool {
	v6 := 0
	for _, r := range rules {
		if isV6(r.CIDR) {
			v6++
		}
	}
	return v6 > maxRules || len(rules)-v6 > maxRules
}

// revokeIngress removes rules by id, or by value; an unknown one refuses the whole call.
func (s *Service) revokeIngress(req wire.Request, q wire.Query) (any, error) {
	g, err := s.group(req.Region, q.String("GroupId"))
	if err != nil {
		return nil, err
	}
	changed := *g
	changed.Ingress = slices.Clone(g.Ingress)
	for _, id := range q.Strings("SecurityGroupRuleId") {
		n := slices.IndexFunc(changed.Ingress, func(r Rule) bool { return r.ID == id })
		if n < 0 {
			return nil, &wire.Error{
				Code: "InvalidSecurityGroupRuleId.NotFound", Message: fmt.Sprintf("The security group rule ID '%s' does not exist", id),
			}
		}
		changed.Ingress = slices.Delete(changed.Ingress, n, n+1)
	}
	rules, err := readPermissions(q)
	switch {
	case err != nil:
		return nil, err
	case len(rules) == 0 && !q.Has("SecurityGroupRuleId"):
		return nil, &wire.Error{Code: "MissingParameter", Message: "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided."}
	}
	for _, r := range rules {
		n := slices.IndexFunc(changed.Ingress, r.same)
		if n < 0 {
			return nil, &wire.Error{Code: "InvalidPermission.NotFound", Message: "The specified rule does not exist in this security group."}
		}
		changed.Ingress = slices.Delete(changed.Ingress, n, n+1)
	}
	if err := s.Journal.Put(kindGroup, g.ID, changed); err != nil {
		return nil, err
	}
	*g = changed
	return modifyOutput{true}, nil
}

func readPermissions(q wire.Query) ([]Rule, error) {
	var rules []Rule
	for _, p := range q.List("IpPermissions") {
		base, err := readPorts(p)
		if err != nil {
			return nil, err
		}
		if p.Has("Groups") || p.Has("PrefixListIds") {
			return nil, &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud has rules by CIDR only."}
		}
		for list, member := range map[string]string{"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6"} {
			for _, r := range p.List(list) {
				rule := base
				if rule.CIDR, err = canonicalCIDR(r.String(member), list == "Ipv6Ranges"); err != nil {
					return nil, err
				}
				if rule.Description = r.String("Description"); !groupText.MatchString(rule.Description) {
					return nil, invalidValue("Description", rule.Description, "It has at most 255 of the allowed characters.")
				}
				rules = append(rules, rule)
			}
		}
	}
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return strings.Compare(fmt.Sprint(a.Protocol, a.From, a.CIDR), fmt.Sprint(b.Protocol, b.From, b.CIDR))
	})
	return rules, nil
}

// readPorts checks protocol and ports; a rule for all traffic has no ports, whatever was sent.
func readPorts(p wire.Query) (Rule, error) {
	protocol := p.String("IpProtocol")
	switch protocol {
	case "-1":
		return Rule{Protocol: "-1", From: -1, To: -1}, nil
	case "tcp", "udp", "icmp":
	default:
		return Rule{}, invalidValue("ipProtocol", protocol, "It must be tcp, udp, icmp or -1.")
	}
	from, err := p.Int("FromPort", -2)
	if err != nil {
		return Rule{}, err
	}
	to, err := p.Int("ToPort", -2)
	if err != nil {
		return Rule{}, err
	}
	low := 0
	if protocol == "icmp" {
		low = -1
	}
	if from < low || to < low || from > 65535 || to > 65535 || protocol != "icmp" && from > to {
		return Rule{}, invalidValue("portRange", fmt.Sprintf("%d-%d", from, to), "Ports are from 0 to 65535, the first not above the last.")
	}
	return Rule{Protocol: protocol, From: from, To: to}, nil
}

// canonicalCIDR clears host bits as EC2 does.
func canonicalCIDR(s string, v6 bool) (string, error) {
	prefix, err := netip.ParsePrefix(s)
	if err != nil || prefix.Addr().Is6() != v6 {
		return "", &wire.Error{Code: "InvalidParameterValue", Message: fmt.Sprintf("CIDR block %s is malformed", s)}
	}
	return prefix.Masked().String(), nil
}
