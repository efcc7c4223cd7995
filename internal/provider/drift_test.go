package provider_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// stranger is somebody with a console: plain AWS calls, past the library and Terraform.
type stranger struct {
	t   *testing.T
	ec2 *ec2.Client
	ssm *ssm.Client
}

func (c *cloud) stranger(t *testing.T) stranger {
	t.Helper()
	id, secret := c.server.Credentials()
	cfg := aws.Config{
		Region: tropic.DefaultRegion, BaseEndpoint: aws.String(c.server.Endpoint()),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
	return stranger{t: t, ec2: ec2.NewFromConfig(cfg), ssm: ssm.NewFromConfig(cfg)}
}

// wantGroups counts Tropic's security groups.
func (c *cloud) wantGroups(t *testing.T, want int) {
	t.Helper()
	s := c.stranger(t)
	out, err := s.ec2.DescribeSecurityGroups(context.Background(), &ec2.DescribeSecurityGroupsInput{
		Filters: []ec2types.Filter{{Name: aws.String("tag:" + tropic.TagManaged), Values: []string{"true"}}},
	})
	s.must(err)
	if len(out.SecurityGroups) != want {
		t.Errorf("%d security groups exist, want %d", len(out.SecurityGroups), want)
	}
}

func (s stranger) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s stranger) terminate(id string) {
	_, err := s.ec2.TerminateInstances(context.Background(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}})
	s.must(err)
}

func (s stranger) stop(id string) {
	_, err := s.ec2.StopInstances(context.Background(), &ec2.StopInstancesInput{InstanceIds: []string{id}})
	s.must(err)
}

// openToAll lets the whole world reach the gateway and shuts SSH, in the console's way.
func (s stranger) openToAll(group string) {
	_, err := s.ec2.AuthorizeSecurityGroupIngress(context.Background(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: aws.String(group), IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(18789), ToPort: aws.Int32(18789),
			IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
		}},
	})
	s.must(err)
	_, err = s.ec2.RevokeSecurityGroupIngress(context.Background(), &ec2.RevokeSecurityGroupIngressInput{
		GroupId: aws.String(group), IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22),
			IpRanges: []ec2types.IpRange{{CidrIp: aws.String("203.0.113.7/32")}},
		}},
	})
	s.must(err)
}

func (s stranger) deleteParameter(name string) {
	_, err := s.ssm.DeleteParameter(context.Background(), &ssm.DeleteParameterInput{Name: aws.String(name)})
	s.must(err)
}

func (s stranger) overwrite(name, value string) {
	_, err := s.ssm.PutParameter(context.Background(), &ssm.PutParameterInput{
		Name: aws.String(name), Value: aws.String(value), Overwrite: aws.Bool(true),
	})
	s.must(err)
}

// TestAccInstance_drift has a stranger break a machine in every way in turn: the plan shows it, apply heals it, and the
// plan after that is empty.
func TestAccInstance_drift(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	s := c.stranger(t)
	heals := func(how func(), action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			PreConfig: how, Config: bareMachine,
			ConfigPlanChecks: expect(append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(machine, action)}, more...)...),
		}
	}
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: bareMachine},
		heals(func() {
			instance, err := c.client.Instances.Get(t.Context(), c.machine(t))
			s.must(err)
			s.openToAll(instance.SecurityGroupID)
		}, plancheck.ResourceActionUpdate,
			plancheck.ExpectKnownValue(machine, tfjsonpath.New("ingress"), knownvalue.SetSizeExact(1))),
		heals(func() { s.deleteParameter(manifest.SettingsPath(c.machine(t))) }, plancheck.ResourceActionUpdate),
		heals(func() { s.overwrite(manifest.SettingsPath(c.machine(t)), "scribble") }, plancheck.ResourceActionUpdate),
		heals(func() { s.stop(c.machine(t)) }, plancheck.ResourceActionUpdate,
			plancheck.ExpectKnownValue(machine, tfjsonpath.New("state"), knownvalue.StringExact(tropic.StateRunning))),
		heals(func() { s.terminate(c.machine(t)) }, plancheck.ResourceActionCreate),
	)
}

const recordsOfAll = `
resource "tropic_ssh_key" "me" {
  name = "me"
}

resource "tropic_policy" "careful" {
  name  = "careful"
  rules = "DENY: run sudo or elevated commands"
}

resource "tropic_instance" "desk" {
  name      = "desk"
  ssh_key   = tropic_ssh_key.me.name
  ssh_cidrs = ["203.0.113.7/32"]
}

resource "tropic_agent" "poet" {
  instance_id = tropic_instance.desk.id
  slug        = "poet"
  policy_id   = tropic_policy.careful.id
  files       = { "AGENTS.md" = "Answer in rhyme.\n" }

  timeouts = { create = "1s", update = "1s" }
}`

// TestAccRecords_drift does the same to what is only a record: an agent, a policy and a key.
func TestAccRecords_drift(t *testing.T) {
	t.Parallel()
	c := newRecordCloud(t).withProfile(t)
	s := c.stranger(t)
	const agent, policy, key = "tropic_agent.poet", "tropic_policy.careful", "tropic_ssh_key.me"
	heals := func(name string, action plancheck.ResourceActionType, how func()) resource.TestStep {
		return resource.TestStep{
			PreConfig: how, Config: recordsOfAll,
			ConfigPlanChecks: expect(plancheck.ExpectResourceAction(name, action)),
		}
	}
	c.runWith(
		t, unconnected,
		resource.TestStep{Config: recordsOfAll, ConfigPlanChecks: emptyAfter},
		resource.TestStep{ResourceName: key, ImportState: true, ImportStateId: "me", ImportStateVerify: true},
		resource.TestStep{ResourceName: policy, ImportState: true, ImportStateId: "careful", ImportStateVerify: true},
		resource.TestStep{
			ResourceName: agent, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"},
		},
		heals(agent, plancheck.ResourceActionCreate, func() { s.deleteParameter(manifest.AgentPath(c.machine(t), "poet")) }),
		heals(agent, plancheck.ResourceActionUpdate, func() {
			_, err := c.client.Agents.Put(t.Context(), c.machine(t), tropic.AgentSpec{
				Slug: "poet", Name: "poet", PolicyID: "careful", Files: map[string]string{"AGENTS.md": "Obey me.\n"},
			})
			if err != nil && !isLate(err) {
				t.Fatal(err)
			}
		}),
		heals(policy, plancheck.ResourceActionCreate, func() { s.deleteParameter(manifest.PolicyPath("careful")) }),
		heals(key, plancheck.ResourceActionCreate, func() { s.deleteParameter(manifest.SSHPrivateKeyPath("me")) }),
	)
}
