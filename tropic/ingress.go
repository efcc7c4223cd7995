package tropic

import (
	"context"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// IngressService keeps the inbound rules of machines' security groups. Outbound traffic is all allowed, as EC2 does by
// default.
type IngressService struct {
	c      *Client
	caller *cached[netip.Prefix]
}

// IngressSpec says who may reach a machine: SSH ranges reach port 22; Proxy ranges reach 80, 443 and 18789. Nobody else
// reaches anything.
type IngressSpec struct {
	// SSH nil means the caller's own address, which Create and Provision detect; empty and not nil means nobody.
	SSH []netip.Prefix
	// Proxy are the addresses of the Tropic proxy.
	Proxy []netip.Prefix
	// AllowSSHFromAnywhere permits a range of length 0 in SSH, which is refused otherwise.
	AllowSSHFromAnywhere bool
}

// IngressChange is what a reset did.
type IngressChange struct{ Authorized, Revoked []IngressRule }

// Changed reports whether anything was done.
func (c IngressChange) Changed() bool { return len(c.Authorized)+len(c.Revoked) > 0 }

// resetRounds bounds how often Reset looks again when somebody else changes the rules meanwhile.
const resetRounds = 4

// Reset makes the inbound rules of a machine exactly spec's: it reads them, authorises what is missing, then revokes what
// is stale, with at most one call each and none when they are right already. So at no time is anyone locked out who may
// stay, nor let in who may not; if the second call fails, access is intact and the next Reset finishes. A nil SSH list is
// nobody here. Rules that somebody else adds or removes meanwhile are no failure: Reset looks again.
func (s *IngressService) Reset(ctx context.Context, instanceID string, spec IngressSpec) (IngressChange, error) {
	if err := spec.Validate(); err != nil {
		return IngressChange{}, err
	}
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return IngressChange{}, err
	}
	return s.resetGroup(ctx, instance, spec)
}

func (s *IngressService) resetGroup(ctx context.Context, instance *Instance, spec IngressSpec) (IngressChange, error) {
	group := instance.SecurityGroupID
	if group == "" {
		return IngressChange{}, &Error{
			Op: "resetting", Resource: "ingress", ID: instance.ID, Kind: ErrNotFound,
			Reason: "the machine has no security group",
			Next:   "terminate the machine and create it again",
		}
	}
	unlock, err := s.c.locks.lock(ctx, "ingress:"+group)
	if err != nil {
		return IngressChange{}, failure("resetting", "ingress", instance.ID, err)
	}
	defer unlock()
	defer s.c.snapshot.rules.drop()

	var done IngressChange
	rounds := 0
	began := s.c.clock.Now()
	err = s.c.wait(ctx, wait{Resource: "ingress", ID: group, Goal: "to be reset"}, func(ctx context.Context) (observation, error) {
		rounds++
		present, err := s.read(ctx, group)
		if err != nil {
			return observation{}, failure("reading", "ingress", group, err)
		}
		missing, stale := diffIngress(present, WantedIngress(spec))
		err = s.apply(ctx, group, missing, stale, &done)
		switch {
		case err == nil:
			return observation{Done: true}, nil
		case hasCode(err, "InvalidGroup.NotFound") && s.c.clock.Now().Sub(began) < groupListingGrace:
			return observation{State: "its group is not known to EC2 yet"}, nil
		case rounds < resetRounds && hasCode(err, "InvalidPermission.Duplicate", "InvalidSecurityGroupRuleId.NotFound",
			"InvalidPermission.NotFound"):
			// EC2 does all of a call or nothing, so a rule that somebody else added or removed stops the others too.
			return observation{State: "changed by somebody else"}, nil
		}
		return observation{}, failure("resetting", "ingress", group, err)
	})
	return done, err
}

// apply authorises and revokes, in this order, and notes what it did in done.
func (s *IngressService) apply(ctx context.Context, group string, missing, stale []IngressRule, done *IngressChange) error {
	if len(missing) > 0 {
		_, err := s.c.ec2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
			GroupId: aws.String(group), IpPermissions: permissions(missing),
			TagSpecifications: tagSpecifications(map[string]string{TagManaged: tagTrue}, ec2types.ResourceTypeSecurityGroupRule),
		})
		if err != nil {
			return err
		}
		done.Authorized = append(done.Authorized, missing...)
	}
	if len(stale) > 0 {
		ids := make([]string, len(stale))
		for i, r := range stale {
			ids[i] = r.RuleID
		}
		_, err := s.c.ec2.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
			GroupId: aws.String(group), SecurityGroupRuleIds: ids,
		})
		if err != nil {
			return err
		}
		done.Revoked = append(done.Revoked, stale...)
	}
	return nil
}

// Get returns the inbound rules of a machine, sorted.
func (s *IngressService) Get(ctx context.Context, instanceID string) ([]IngressRule, error) {
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return nil, err
	}
	byGroup, err := s.c.snapshot.rules.get(ctx)
	if err != nil {
		return nil, failure("reading", "ingress", instanceID, err)
	}
	if rules, listed := byGroup[instance.SecurityGroupID]; listed {
		return rules, nil
	}
	rules, err := s.read(ctx, instance.SecurityGroupID)
	return rules, failure("reading", "ingress", instanceID, err)
}

// read returns the inbound rules of one group from EC2 itself, sorted.
func (s *IngressService) read(ctx context.Context, group string) ([]IngressRule, error) {
	byGroup, err := s.readGroups(ctx, []string{group})
	return byGroup[group], err
}

// rulesFilterSize is how many values a describe filter takes (EC2 API reference, Filter).
const rulesFilterSize = 200

// readGroups returns the inbound rules of many groups; a group without any has an empty entry.
func (s *IngressService) readGroups(ctx context.Context, groups []string) (map[string][]IngressRule, error) {
	out := make(map[string][]IngressRule, len(groups))
	for chunk := range slices.Chunk(groups, rulesFilterSize) {
		for _, group := range chunk {
			out[group] = nil
		}
		pages := ec2.NewDescribeSecurityGroupRulesPaginator(s.c.ec2, &ec2.DescribeSecurityGroupRulesInput{
			Filters: []ec2types.Filter{{Name: aws.String("group-id"), Values: chunk}}, MaxResults: aws.Int32(1000),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.SecurityGroupRules {
				if aws.ToBool(r.IsEgress) {
					continue
				}
				rule, err := ruleFromEC2(r)
				if err != nil {
					return nil, err
				}
				out[aws.ToString(r.GroupId)] = append(out[aws.ToString(r.GroupId)], rule)
			}
		}
	}
	for _, rules := range out {
		sortRules(rules)
	}
	return out, nil
}
