package ec2api_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

func TestALaunchIsSeenLate(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{Reads: 3})
	in := c.launchInput()
	in.ClientToken = aws.String("token")
	id := c.launch(t, in)
	_, err := c.describe(t, id)
	expect(t, "read 1, by id", err, "InvalidInstanceID.NotFound")
	out, err := c.describe(t)
	if err != nil || len(out.Reservations) != 0 {
		t.Errorf("read 2, a listing: %v, %v", out, err)
	}
	if again := c.launch(t, in); again != id {
		t.Errorf("the token, repeated while no read sees the instance, made %s besides %s", again, id)
	}
	_, err = c.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{tag("a", "b")}})
	expect(t, "read 3, a tagging", err, "InvalidInstanceID.NotFound")
	_, err = c.describe(t, id)
	expect(t, "read 4", err, "")
}

func TestACreatedGroupIsSeenLate(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{Reads: 2})
	create := &ec2.CreateSecurityGroupInput{GroupName: aws.String("g"), Description: aws.String("x")}
	group, err := c.CreateSecurityGroup(t.Context(), create)
	must(t, err)
	_, err = c.AuthorizeSecurityGroupIngress(t.Context(), ingress(group.GroupId, "10.0.0.0/8"))
	expect(t, "read 1, a rule", err, "InvalidGroup.NotFound")
	_, err = c.CreateSecurityGroup(t.Context(), create)
	expect(t, "the name is taken all the same", err, "InvalidGroup.Duplicate")
	byName := &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-name", "g")}}
	out, err := c.DescribeSecurityGroups(t.Context(), byName)
	if err != nil || len(out.SecurityGroups) != 0 {
		t.Errorf("read 2, by name: %v, %v", out, err)
	}
	if out, err = c.DescribeSecurityGroups(t.Context(), byName); err != nil || len(out.SecurityGroups) != 1 {
		t.Errorf("read 3, by name: %v, %v", out, err)
	}
}

func TestACreatedKeyPairIsSeenLate(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{Reads: 2})
	_, err := c.CreateKeyPair(t.Context(), &ec2.CreateKeyPairInput{KeyName: aws.String("k"), KeyType: types.KeyTypeEd25519})
	must(t, err)
	in := c.launchInput()
	in.KeyName = aws.String("k")
	_, err = c.RunInstances(t.Context(), in)
	expect(t, "read 1, a launch", err, "InvalidKeyPair.NotFound")
	byName := &ec2.DescribeKeyPairsInput{KeyNames: []string{"k"}}
	expect(t, "read 2", second(c.DescribeKeyPairs(t.Context(), byName)), "InvalidKeyPair.NotFound")
	expect(t, "read 3", second(c.DescribeKeyPairs(t.Context(), byName)), "")
}

func TestTagsAreSeenLate(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{Reads: 1})
	id := c.launch(t, c.launchInput())
	_, err := c.describe(t, id)
	expect(t, "the launch's own lag", err, "InvalidInstanceID.NotFound")
	tagged := func() []string {
		out, err := c.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: []types.Filter{filter("tag:a", "*")}})
		must(t, err)
		var values []string
		for _, r := range out.Reservations {
			values = append(values, aws.ToString(r.Instances[0].Tags[0].Value))
		}
		return values
	}
	for _, value := range []string{"first", "second"} {
		before := tagged()
		_, err := c.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{tag("a", value)}})
		must(t, err)
		if got := tagged(); !slices.Equal(got, before) {
			t.Errorf("read 1 after the tag %s: %v, want %v as before", value, got, before)
		}
		if got := tagged(); !slices.Equal(got, []string{value}) {
			t.Errorf("read 2 after the tag %s: %v", value, got)
		}
	}
}

func TestNothingLagsByDefault(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	_, err := c.describe(t, c.launch(t, c.launchInput()))
	expect(t, "the first read", err, "")
}
