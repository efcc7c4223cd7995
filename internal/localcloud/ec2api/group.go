package ec2api

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// SecurityGroup is one group with its ingress rules; egress is EC2's default, everything to everywhere.
type SecurityGroup struct {
	ID          string            `json:"id"`
	Region      string            `json:"region"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	EgressRule  string            `json:"egress_rule"` // id of the default rule
	Ingress     []Rule            `json:"ingress"`
	Tags        map[string]string `json:"tags"`
}

// Rule is one ingress rule with one source.
type Rule struct {
	ID          string `json:"id"`
	Protocol    string `json:"protocol"` // tcp, udp, icmp or -1 for all
	From        int    `json:"from"`     // -1 where the protocol has no ports
	To          int    `json:"to"`
	CIDR        string `json:"cidr"` // canonical
	Description string `json:"description,omitempty"`

	Tags map[string]string `json:"tags,omitempty"`
}

// same reports whether two rules let the same traffic in; the description does not count.
func (r Rule) same(o Rule) bool {
	return r.Protocol == o.Protocol && r.From == o.From && r.To == o.To && r.CIDR == o.CIDR
}

// maxRules is EC2's default quota of inbound rules in a group, of each IP version (VPC User Guide, Amazon VPC quotas).
const maxRules = 60

// groupText is what names and descriptions of groups and rules are made of (EC2 API Reference, CreateSecurityGroup).
var groupText = regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}$`)

func (s *Service) ensureDefaultGroups() error {
	for _, region := range s.Regions {
		id := stableID("sg", region, "default")
		if s.groups[id] != nil {
			continue
		}
		g := &SecurityGroup{
			ID: id, Region: region, Name: "default", Description: "default VPC security group",
			EgressRule: newID("sgr"), Tags: map[string]string{},
		}
		if err := s.Journal.Put(kindGroup, id, g); err != nil {
			return err
		}
		s.groups[id] = g
	}
	return nil
}

// group finds a group for a call that needs it to exist.
func (s *Service) group(region, id string) (*SecurityGroup, error) {
	g := s.groups[id]
	if g == nil || g.Region != region || s.visible.groups.See(id, g) == nil {
		return nil, noGroup(id)
	}
	return g, nil
}

var groupIDPattern = regexp.MustCompile(`^sg-[0-9a-f]{8}([0-9a-f]{9})?$`)

func noGroup(id string) error {
	if !groupIDPattern.MatchString(id) {
		return &wire.Error{Code: "InvalidGroupId.Malformed", Message: fmt.Sprintf("Invalid id: %q", id)}
	}
	return &wire.Error{Code: "InvalidGroup.NotFound", Message: fmt.Sprintf("The security group '%s' does not exist", id)}
}

type createGroupOutput struct {
	ID   string   `xml:"groupId"`
	Tags []tagXML `xml:"tagSet>item"`
}

func (s *Service) createSecurityGroup(req wire.Request, q wire.Query) (any, error) {
	name, description := q.String("GroupName"), q.String("GroupDescription")
	if err := checkGroup(name, description); err != nil {
		return nil, err
	}
	if vpc := q.String("VpcId"); vpc != "" && vpc != vpcID(req.Region) {
		return nil, noVPC(vpc)
	}
	for _, g := range s.groups {
		if g.Region == req.Region && g.Name == name {
			return nil, &wire.Error{
				Code:    "InvalidGroup.Duplicate",
				Message: fmt.Sprintf("The security group '%s' already exists for VPC '%s'", name, vpcID(req.Region)),
			}
		}
	}
	tags, err := tagSpecification(q, "security-group")
	if err != nil {
		return nil, err
	}
	g := &SecurityGroup{
		ID: newID("sg"), Region: req.Region, Name: name, Description: description, EgressRule: newID("sgr"), Tags: tags,
	}
	if err := s.Journal.Put(kindGroup, g.ID, g); err != nil {
		return nil, err
	}
	s.groups[g.ID] = g
	s.visible.groups.Changed(g.ID, nil)
	return createGroupOutput{g.ID, renderTags(tags)}, nil
}

func checkGroup(name, description string) error {
	switch {
	case name == "":
		return missing("GroupName")
	case name == "default":
		return &wire.Error{Code: "InvalidParameterValue", Message: "Cannot use reserved security group name: default"}
	case !groupText.MatchString(name) || strings.HasPrefix(name, "sg-"):
		return invalidValue("groupName", name, "It has at most 255 of the allowed characters and does not begin with sg-.")
	case description == "":
		return missing("GroupDescription")
	case !groupText.MatchString(description):
		return invalidValue("GroupDescription", description, "It has at most 255 of the allowed characters.")
	}
	return nil
}

func (s *Service) deleteSecurityGroup(req wire.Request, q wire.Query) (any, error) {
	g, err := s.group(req.Region, q.String("GroupId"))
	if err != nil {
		return nil, err
	}
	if g.Name == "default" {
		return nil, &wire.Error{Code: "CannotDelete", Message: "the specified group: \"" + g.ID + "\" name: \"default\" cannot be deleted by a user"}
	}
	for _, i := range s.instances {
		if i.State != stateTerminated && slices.Contains(i.Groups, g.ID) {
			return nil, &wire.Error{Code: "DependencyViolation", Message: fmt.Sprintf("resource %s has a dependent object", g.ID)}
		}
	}
	if err := s.Journal.Delete(kindGroup, g.ID); err != nil {
		return nil, err
	}
	delete(s.groups, g.ID)
	s.visible.groups.Forget(g.ID)
	return struct {
		Return bool   `xml:"return"`
		ID     string `xml:"groupId"`
	}{true, g.ID}, nil
}

type permissionXML struct {
	Protocol string     `xml:"ipProtocol"`
	From     *int       `xml:"fromPort,omitempty"`
	To       *int       `xml:"toPort,omitempty"`
	V4       []rangeXML `xml:"ipRanges>item"`
	V6       []v6XML    `xml:"ipv6Ranges>item"`
}

type rangeXML struct {
	CIDR        string `xml:"cidrIp"`
	Description string `xml:"description,omitempty"`
}

type v6XML struct {
	CIDR        string `xml:"cidrIpv6"`
	Description string `xml:"description,omitempty"`
}

type groupXML struct {
	Owner       string          `xml:"ownerId"`
	ID          string          `xml:"groupId"`
	Name        string          `xml:"groupName"`
	Description string          `xml:"groupDescription"`
	VPCID       string          `xml:"vpcId"`
	Ingress     []permissionXML `xml:"ipPermissions>item"`
	Egress      []permissionXML `xml:"ipPermissionsEgress>item"`
	Tags        []tagXML        `xml:"tagSet>item"`
}

type groupsOutput struct {
	Groups []groupXML `xml:"securityGroupInfo>item"`
	Next   string     `xml:"nextToken,omitempty"`
}

func (s *Service) describeSecurityGroups(req wire.Request, q wire.Query) (any, error) {
	ids := q.Strings("GroupId")
	filters, err := readFilters(q, new(SecurityGroup).attribute)
	if err != nil {
		return nil, err
	}
	seen := readable(s.groups, s.visible.groups, func(g *SecurityGroup) bool {
		return g.Region == req.Region && (len(ids) == 0 || slices.Contains(ids, g.ID))
	})
	for _, id := range ids {
		if !slices.ContainsFunc(seen, func(g *SecurityGroup) bool { return g.ID == id }) {
			return nil, noGroup(id)
		}
	}
	seen = slices.DeleteFunc(seen, func(g *SecurityGroup) bool { return !filters.match(g.attribute) })
	slices.SortFunc(seen, func(a, b *SecurityGroup) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(q, seen, func(g *SecurityGroup) string { return g.ID })
	if err != nil {
		return nil, err
	}
	out := groupsOutput{Next: next}
	for _, g := range page {
		out.Groups = append(out.Groups, groupXML{
			s.AccountID, g.ID, g.Name, g.Description, vpcID(req.Region), renderPermissions(g.Ingress),
			[]permissionXML{{Protocol: "-1", V4: []rangeXML{{CIDR: "0.0.0.0/0"}}}},
			renderTags(g.Tags),
		})
	}
	return out, nil
}

func (g *SecurityGroup) attribute(name string) ([]string, bool) {
	switch name {
	case "group-id":
		return []string{g.ID}, true
	case "group-name":
		return []string{g.Name}, true
	case "vpc-id":
		return []string{vpcID(g.Region)}, true
	}
	return tagAttribute(name, g.Tags)
}

// renderPermissions groups rules by protocol and ports, as EC2 shows them.
func renderPermissions(rules []Rule) []permissionXML {
	var out []permissionXML
	at := map[string]int{}
	for _, r := range rules {
		key := fmt.Sprint(r.Protocol, r.From, r.To)
		n, seen := at[key]
		if !seen {
			n = len(out)
			at[key] = n
			p := permissionXML{Protocol: r.Protocol}
			if r.Protocol != "-1" {
				p.From, p.To = &r.From, &r.To
			}
			out = append(out, p)
		}
		if isV6(r.CIDR) {
			out[n].V6 = append(out[n].V6, v6XML{r.CIDR, r.Description})
		} else {
			out[n].V4 = append(out[n].V4, rangeXML{r.CIDR, r.Description})
		}
	}
	return out
}

func isV6(cidr string) bool { return netip.MustParsePrefix(cidr).Addr().Is6() }
