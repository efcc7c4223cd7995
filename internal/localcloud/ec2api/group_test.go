package ec2api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// ingress opens port 22 of a group to each source.
func ingress(group *string, sources ...string) *ec2.AuthorizeSecurityGroupIngressInput {
	p := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22)}
	for _, s := range sources {
		if strings.Contains(s, ":") {
			p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: aws.String(s)})
		} else {
			p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: aws.String(s)})
		}
	}
	return &ec2.AuthorizeSecurityGroupIngressInput{GroupId: group, IpPermissions: []types.IpPermission{p}}
}

func (c *cloud) makeGroup(t *testing.T, name string) *string {
	t.Helper()
	out, err := c.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: aws.String(name), Description: aws.String("x"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroup, Tags: []types.Tag{tag("a", name)}}},
	})
	must(t, err)
	if len(out.Tags) != 1 || aws.ToString(out.Tags[0].Value) != name {
		t.Errorf("CreateSecurityGroup returned the tags %v", out.Tags)
	}
	return out.GroupId
}

func TestGroupRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	group, ctx := c.makeGroup(t, "g"), t.Context()
	create := func(name, description string) error {
		return second(c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: aws.String(name), Description: aws.String(description)}))
	}
	authorize := func(in *ec2.AuthorizeSecurityGroupIngressInput) error {
		return second(c.AuthorizeSecurityGroupIngress(ctx, in))
	}
	described := ingress(group, "10.9.0.0/16")
	described.IpPermissions[0].IpRanges[0].Description = aws.String("naïve")
	peers := ingress(group)
	peers.IpPermissions[0].UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: group}}
	must(t, authorize(ingress(group, "10.0.0.0/8")))
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"reserved name":     {create("default", "x"), "InvalidParameterValue"},
		"a name like an id": {create("sg-x", "x"), "InvalidParameterValue"},
		"characters":        {create("é", "x"), "InvalidParameterValue"},
		"long name":         {create(strings.Repeat("x", 256), "x"), "InvalidParameterValue"},
		"long description":  {create("h", strings.Repeat("x", 256)), "InvalidParameterValue"},
		"taken name":        {create("g", "x"), "InvalidGroup.Duplicate"},
		"a rule again":      {authorize(ingress(group, "10.1.2.3/8")), "InvalidPermission.Duplicate"},
		"a rule twice":      {authorize(ingress(group, "11.0.0.0/8", "11.0.0.1/8")), "InvalidParameterValue"},
		"rule description":  {authorize(described), "InvalidParameterValue"},
		"a group as source": {authorize(peers), "UnsupportedOperation"},
		"no rule":           {authorize(&ec2.AuthorizeSecurityGroupIngressInput{GroupId: group}), "MissingParameter"},
		"revoke nothing":    {second(c.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: group})), "MissingParameter"},
		"revoke an absent rule": {second(c.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
			GroupId: group, IpPermissions: ingress(group, "12.0.0.0/8").IpPermissions,
		})), "InvalidPermission.NotFound"},
		"delete an absent one": {second(c.DeleteSecurityGroup(ctx, &ec2.DeleteSecurityGroupInput{GroupId: aws.String("sg-00000000")})), "InvalidGroup.NotFound"},
		"read a malformed id":  {second(c.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"g"}})), "InvalidGroupId.Malformed"},
	} {
		expect(t, name, test.err, test.want)
	}
}

// The quota is 60 rules of each IP version; a call that would pass it adds none.
func TestRuleQuota(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	group := c.makeGroup(t, "g")
	var v4, v6 []string
	for n := range 60 {
		v4, v6 = append(v4, fmt.Sprintf("10.%d.0.0/16", n)), append(v6, fmt.Sprintf("2001:db8:%x::/48", n))
	}
	for name, test := range map[string][]string{"60 of IPv4": v4, "60 of IPv6": v6} {
		expect(t, name, second(c.AuthorizeSecurityGroupIngress(t.Context(), ingress(group, test...))), "")
	}
	over := ingress(group, "11.0.0.0/8", "12.0.0.0/8")
	expect(t, "one more", second(c.AuthorizeSecurityGroupIngress(t.Context(), over)), "RulesPerSecurityGroupLimitExceeded")
	rules := 0
	pages := ec2.NewDescribeSecurityGroupRulesPaginator(c, &ec2.DescribeSecurityGroupRulesInput{
		Filters: []types.Filter{filter("group-id", aws.ToString(group))}, MaxResults: aws.Int32(50),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		rules += len(page.SecurityGroupRules)
	}
	if rules != 121 {
		t.Errorf("%d rules, want 120 and the one for egress", rules)
	}
}

func TestRulesHaveTags(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	in := ingress(c.makeGroup(t, "g"), "10.0.0.0/8", "2001:db8::/32")
	in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroupRule, Tags: []types.Tag{tag("a", "b")}}}
	added, err := c.AuthorizeSecurityGroupIngress(t.Context(), in)
	must(t, err)
	out, err := c.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("tag:a", "b")}})
	if err != nil || len(out.SecurityGroupRules) != 2 || len(added.SecurityGroupRules[0].Tags) != 1 {
		t.Errorf("rules with the tag: %v, %v; as added: %v", out, err, added.SecurityGroupRules)
	}
}
