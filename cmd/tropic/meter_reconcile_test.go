package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// recordedCloud is an embedded cloud that keeps records of machines alone, and a ledger.
type recordedCloud struct {
	installation

	env    []string
	ec2    *ec2.Client
	ledger string
}

func newRecordedCloud(t *testing.T) *recordedCloud {
	t.Helper()
	c := &recordedCloud{installation: installation{t, t.TempDir()}, ledger: "sqlite:" + filepath.Join(t.TempDir(), "meter.db")}
	c.must("local", "up", "--json", "--driver", "none", "--addr", "127.0.0.1:0", "--guest", "/bin/true")
	t.Cleanup(func() { c.must("local", "down") })
	var vars map[string]string
	must(t, json.Unmarshal([]byte(c.must("local", "env", "--json")), &vars))
	for name, value := range vars {
		c.env = append(c.env, name+"="+value)
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithRegion(tropic.DefaultRegion), config.WithBaseEndpoint(vars["TROPIC_ENDPOINT"]),
		config.WithSharedCredentialsFiles([]string{daemon.CredentialsPath(c.dir)}), config.WithSharedConfigProfile(daemon.Profile))
	must(t, err)
	c.ec2 = ec2.NewFromConfig(cfg)
	return c
}

// launch makes a machine of an account, and tells when EC2 says that it was launched.
func (c *recordedCloud) launch(account string) (id string, at meter.Instant) {
	c.t.Helper()
	images, err := c.ec2.DescribeImages(c.t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	must(c.t, err)
	tag := func(key, value string) ec2types.Tag {
		return ec2types.Tag{Key: aws.String(key), Value: aws.String(value)}
	}
	made, err := c.ec2.RunInstances(c.t.Context(), &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{tag(tropic.TagManaged, "true"), tag(tropic.TagAccount, account)},
		}},
	})
	must(c.t, err)
	return aws.ToString(made.Instances[0].InstanceId), meter.At(aws.ToTime(made.Instances[0].LaunchTime))
}

// meter runs a command of the meter on the ledger and the cloud.
func (c *recordedCloud) meter(stdin string, args ...string) (stdout, stderr string, code int) {
	c.t.Helper()
	self, err := os.Executable()
	must(c.t, err)
	cmd := exec.CommandContext(c.t.Context(), self, append([]string{"meter", "--store", c.ledger}, args...)...)
	cmd.Env = append(append(os.Environ(), asTropic+"=1"), c.env...)
	cmd.Stdin = strings.NewReader(stdin)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return string(out), errs.String(), cmd.ProcessState.ExitCode()
}

// start is the fact that a machine runs.
func startLine(account, id string, launched, effective meter.Instant) string {
	return fmt.Sprintf(`{"key":"start:%s:%d","kind":"start","account":%q,"instance":%q,"effective":%d,"instance_type":"t3.micro"}`+"\n", id, launched, account, id, effective)
}

// Every way in which ledger and EC2 can differ is listed with its seconds and credits; what agrees is not.
func TestReconcile(t *testing.T) {
	t.Parallel()
	c := newRecordedCloud(t)
	right, at := c.launch("alice")
	early, earlyAt := c.launch("alice")
	unknown, _ := c.launch("bob")
	facts := startLine("alice", right, at, at) + startLine("alice", early, earlyAt, earlyAt-3_600_000)
	if out, errs, code := c.meter(facts, "record"); code != 0 {
		t.Fatal(out, errs)
	}
	out, errs, code := c.meter("", "reconcile", "--json")
	var r reconciliation
	must(t, json.Unmarshal([]byte(out), &r))
	if code != exitFailed || !strings.Contains(errs, "the ledger disagrees with EC2: 2 of 2") || r.Machines != 3 || r.Accounts != 1 {
		t.Errorf("exit %d, %s %s", code, out, errs)
	}
	for _, want := range []evidence.Disagreement{
		{Account: "alice", Instance: early, What: evidence.StartDiffer, Ledger: earlyAt - 3_600_000, EC2: earlyAt, Milliseconds: 3_600_000, Credits: 5 * pricebook.Credit},
	} {
		if !slices.ContainsFunc(r.Disagreements, func(d disagreement) bool {
			return d.Disagreement == want && d.Beyond && d.Seconds == "3600" && d.Text == "5"
		}) {
			t.Errorf("%+v is missing from %+v", want, r.Disagreements)
		}
	}
	if !slices.ContainsFunc(r.Disagreements, func(d disagreement) bool { return d.Instance == unknown && d.What == evidence.NoAccount && d.Beyond }) {
		t.Errorf("bob's machine is missing from %+v", r.Disagreements)
	}
	out, errs, code = c.meter("", "reconcile", "alice")
	if code != exitFailed || !strings.Contains(out, early) || strings.Contains(out, unknown) || !strings.Contains(out, "3600") {
		t.Errorf("alice: exit %d, %s %s", code, out, errs)
	}
	if out, errs, code = c.meter("", "reconcile", "alice", "--tolerance", "61m"); code != 0 || !strings.Contains(out, "within tolerance") {
		t.Errorf("with a tolerance: exit %d, %s %s", code, out, errs)
	}
	if out, errs, code = c.meter("", "reconcile", "carol"); code != exitNotFound {
		t.Errorf("carol: exit %d, %s %s", code, out, errs)
	}
}

// A ledger that says what EC2 says agrees.
func TestReconcileAgrees(t *testing.T) {
	t.Parallel()
	c := newRecordedCloud(t)
	id, at := c.launch("alice")
	if out, errs, code := c.meter(startLine("alice", id, at, at), "record"); code != 0 {
		t.Fatal(out, errs)
	}
	if out, errs, code := c.meter("", "reconcile"); code != 0 || !strings.Contains(out, "The ledger of 1 accounts agrees with EC2's 1 machines") {
		t.Errorf("exit %d, %s %s", code, out, errs)
	}
}
