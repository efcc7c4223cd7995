package tropic_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestCreateSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls:  15,
		before: func(*testing.T, *recordCloud, *tropic.Client) string { return "desk" },
		verb: func(ctx context.Context, client *tropic.Client, _ string) error {
			_, _, err := client.Instances.Create(ctx, desk())
			return err
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, _ string) {
			t.Helper()
			completeDesk(t, cloud, client)
		},
	}.run(t)
}

// TestCreateSurvivesDeathWhileReadsAreBehind makes what the dead process made invisible to the next one for a while.
func TestCreateSurvivesDeathWhileReadsAreBehind(t *testing.T) {
	sweep{
		calls: 15, behind: lag.Config{Reads: 3},
		before: func(*testing.T, *recordCloud, *tropic.Client) string { return "desk" },
		verb: func(ctx context.Context, client *tropic.Client, _ string) error {
			_, _, err := client.Instances.Create(ctx, desk())
			return err
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, _ string) {
			t.Helper()
			completeDesk(t, cloud, client)
		},
	}.run(t)
}

func TestProvisionSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls:  12,
		before: launchedDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Instances.Provision(ctx, id, desk())
			return err
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, _ string) {
			t.Helper()
			completeDesk(t, cloud, client)
		},
	}.run(t)
}

func launchedDesk(t *testing.T, _ *recordCloud, client *tropic.Client) string {
	t.Helper()
	instance, err := client.Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	return instance.ID
}

func createdDesk(t *testing.T, _ *recordCloud, client *tropic.Client) string {
	t.Helper()
	instance, _, err := client.Instances.Create(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	return instance.ID
}

// completeDesk checks that there is one machine, whole and poked, and ends it.
func completeDesk(t *testing.T, cloud *recordCloud, client *tropic.Client) {
	t.Helper()
	machines := cloud.living(t)
	if groups := cloud.groups(t); len(machines) != 1 || !slices.Equal(groups, []string{"tropic-desk"}) {
		t.Fatalf("%d machines live with groups %v, want one with tropic-desk", len(machines), groups)
	}
	id := aws.ToString(machines[0].InstanceId)
	cloud.wasPoked(t, id)
	rules, err := client.Ingress.Get(t.Context(), id)
	if diff := cmp.Diff(texts(tropic.WantedIngress(desk().Ingress)), texts(rules)); diff != "" || err != nil {
		t.Errorf("ingress: %v (-want +got):\n%s", err, diff)
	}
	var want []string
	for _, name := range []string{"gateway-token", "settings", "ssh/authorized-keys", "status", "vm-api-token"} {
		want = append(want, manifest.InstancePath(id)+"/"+name)
	}
	if diff := cmp.Diff(want, ownParameters(t, cloud)); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	instance, err := client.Instances.Get(t.Context(), id)
	if err != nil || instance.ProvisionedAt.IsZero() {
		t.Errorf("the machine reads %+v, %v, want it provisioned", instance, err)
	}
	end(t, cloud, client, id)
}

// end terminates the machine, after which nothing may be left.
func end(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
	t.Helper()
	if err := client.Instances.Terminate(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, cloud)
}

func nothingLeft(t *testing.T, cloud *recordCloud) {
	t.Helper()
	if machines, groups, names := cloud.living(t), cloud.groups(t), ownParameters(t, cloud); len(machines)+len(groups)+len(names) > 0 {
		t.Fatalf("left are %d machines, groups %v, parameters %v", len(machines), groups, names)
	}
}

// ownParameters are the cloud's parameters without those that AWS publishes, sorted.
func ownParameters(t *testing.T, cloud *recordCloud) []string {
	t.Helper()
	names := slices.DeleteFunc(cloud.parameters(t), func(name string) bool { return !strings.HasPrefix(name, "/tropic/") })
	slices.Sort(names)
	return names
}

func TestTerminateSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls:  6,
		before: createdDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			return client.Instances.Terminate(ctx, id)
		},
		check: func(t *testing.T, cloud *recordCloud, _ *tropic.Client, _ string) {
			t.Helper()
			nothingLeft(t, cloud)
		},
	}.run(t)
}

// TestUpdateSurvivesDeathAtEveryCall moves the machine's owner to another address meanwhile: at no call boundary may the
// group be without rules, lack one that is both old and new, or hold one that is neither.
func TestUpdateSurvivesDeathAtEveryCall(t *testing.T) {
	next := tropic.IngressSpec{SSH: []netip.Prefix{netip.MustParsePrefix("192.0.2.9/32")}, Proxy: desk().Ingress.Proxy[:1]}
	old, wanted := texts(tropic.WantedIngress(desk().Ingress)), texts(tropic.WantedIngress(next))
	mode, model, nobody := manifest.APIKeyOwn, "openai/gpt-9", ""
	update := tropic.InstanceUpdate{
		APIKey: &mode, Model: &model, Ingress: &next, Tags: &map[string]string{"owner": "ann"}, SSHKey: &nobody,
		AllowedOrigins: &[]string{"https://tropic.bot"}, Credentials: map[string]string{"openai": "planted-key", "mistral": ""},
	}
	sweep{
		calls:  12,
		before: createdDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Instances.Update(ctx, id, update)
			return err
		},
		between: func(t *testing.T, cloud *recordCloud, _ string) {
			t.Helper()
			cloud.wantRulesBetween(t, old, wanted)
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
			t.Helper()
			cloud.wasPoked(t, id)
			cloud.wantTags(t, id, map[string]string{"owner": "ann", tropic.TagModel: model, tropic.TagAPIKey: "own"}, "team")
			settings, err := client.Instances.Settings(t.Context(), id)
			want := &manifest.Settings{
				Name: "desk", Account: "default", Model: model, APIKey: mode, AllowedOrigins: []string{"https://tropic.bot"},
			}
			if diff := cmp.Diff(want, settings); diff != "" || err != nil {
				t.Errorf("settings: %v (-want +got):\n%s", err, diff)
			}
			rules, err := client.Ingress.Get(t.Context(), id)
			if diff := cmp.Diff(wanted, texts(rules)); diff != "" || err != nil {
				t.Errorf("ingress: %v (-want +got):\n%s", err, diff)
			}
			providers, err := client.Credentials.List(t.Context(), id)
			if diff := cmp.Diff([]string{"openai"}, providers); diff != "" || err != nil {
				t.Errorf("credentials: %v (-want +got):\n%s", err, diff)
			}
			end(t, cloud, client, id)
		},
	}.run(t)
}

func TestResetSurvivesDeathAtEveryCall(t *testing.T) {
	next := tropic.IngressSpec{SSH: []netip.Prefix{netip.MustParsePrefix("192.0.2.9/32")}} // shares no rule with the old
	old, wanted := texts(tropic.WantedIngress(desk().Ingress)), texts(tropic.WantedIngress(next))
	sweep{
		calls:  4,
		before: createdDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Ingress.Reset(ctx, id, next)
			return err
		},
		between: func(t *testing.T, cloud *recordCloud, _ string) {
			t.Helper()
			cloud.wantRulesBetween(t, old, wanted)
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
			t.Helper()
			rules, err := client.Ingress.Get(t.Context(), id)
			if diff := cmp.Diff(wanted, texts(rules)); diff != "" || err != nil {
				t.Errorf("ingress: %v (-want +got):\n%s", err, diff)
			}
			end(t, cloud, client, id)
		},
	}.run(t)
}

// wantRulesBetween checks the inbound rules of the machine's group on the way from old to wanted.
func (c *recordCloud) wantRulesBetween(t *testing.T, old, wanted []string) {
	t.Helper()
	output, err := c.ec2().DescribeSecurityGroupRules(context.WithoutCancel(t.Context()), &ec2.DescribeSecurityGroupRulesInput{})
	if err != nil {
		t.Error(err)
		return
	}
	var have []string
	for _, rule := range output.SecurityGroupRules {
		if from := aws.ToString(rule.CidrIpv4) + aws.ToString(rule.CidrIpv6); !aws.ToBool(rule.IsEgress) && from != "" {
			source := netip.MustParsePrefix(from)
			have = append(have, tropic.IngressRule{
				Protocol: aws.ToString(rule.IpProtocol), FromPort: aws.ToInt32(rule.FromPort), ToPort: aws.ToInt32(rule.ToPort), Source: source,
			}.String())
		}
	}
	if len(have) == 0 {
		t.Error("the group has no rules")
	}
	for _, rule := range have {
		if !slices.Contains(old, rule) && !slices.Contains(wanted, rule) {
			t.Errorf("rule %s is neither old nor wanted", rule)
		}
	}
	for _, rule := range old {
		if slices.Contains(wanted, rule) && !slices.Contains(have, rule) {
			t.Errorf("rule %s is old and wanted, and gone", rule)
		}
	}
}

// wantTags checks tags of the machine and of its group.
func (c *recordCloud) wantTags(t *testing.T, id string, want map[string]string, absent ...string) {
	t.Helper()
	groups, err := c.ec2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []ec2types.Filter{{Name: aws.String("group-name"), Values: []string{"tropic-desk"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tagged(t, "group", groups.SecurityGroups[0].Tags, want, absent)
	c.wantTagsOfMachine(t, id, want, absent...)
}

func (c *recordCloud) wantTagsOfMachine(t *testing.T, id string, want map[string]string, absent ...string) {
	t.Helper()
	output, err := c.ec2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		t.Fatal(err)
	}
	tagged(t, "machine", output.Reservations[0].Instances[0].Tags, want, absent)
}

func tagged(t *testing.T, what string, tags []ec2types.Tag, want map[string]string, absent []string) {
	t.Helper()
	have := make(map[string]string)
	for _, tag := range tags {
		have[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	for key, value := range want {
		if have[key] != value {
			t.Errorf("the %s has %s = %q, want %q", what, key, have[key], value)
		}
	}
	for _, key := range absent {
		if _, found := have[key]; found {
			t.Errorf("the %s still has the tag %s", what, key)
		}
	}
}
