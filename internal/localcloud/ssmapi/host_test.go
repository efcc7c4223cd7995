package ssmapi_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/clienttest"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// hostDriver really runs commands, as processes of this machine, with the agent's directory moved below the test's own.
// It is no machine: it serves to see what Systems Manager makes of scripts that really end, on any host.
type hostDriver struct {
	*none.Driver
	dir string

	mu      sync.Mutex
	running map[string]map[*exec.Cmd]bool
}

func newHostDriver(t *testing.T) *hostDriver {
	return &hostDriver{Driver: none.New(), dir: t.TempDir(), running: map[string]map[*exec.Cmd]bool{}}
}

func (d *hostDriver) Capabilities() driver.Capabilities { return driver.Capabilities{Exec: true} }

func (d *hostDriver) Stop(ctx context.Context, id string, grace time.Duration) error {
	d.kill(id)
	return d.Driver.Stop(ctx, id, grace)
}

func (d *hostDriver) Destroy(ctx context.Context, id string) error {
	d.kill(id)
	return d.Driver.Destroy(ctx, id)
}

func (d *hostDriver) kill(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for cmd := range d.running[id] {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

func (d *hostDriver) Exec(ctx context.Context, id string, c driver.Command) (driver.Result, error) {
	if c.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, c.Timeout)
		defer cancel()
		ctx = limited
	}
	argv := make([]string, len(c.Argv))
	for i, a := range c.Argv {
		argv[i] = strings.Replace(a, "/var/lib/amazon/ssm", filepath.Join(d.dir, id), 1)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Env = append(os.Environ(), "MACHINE="+id)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(c.Stdin), &stdout, &stderr
	if err := cmd.Start(); err != nil {
		return driver.Result{}, err
	}
	d.mu.Lock()
	if d.running[id] == nil {
		d.running[id] = map[*exec.Cmd]bool{}
	}
	d.running[id][cmd] = true
	d.mu.Unlock()
	err := cmd.Wait()
	d.mu.Lock()
	delete(d.running[id], cmd)
	d.mu.Unlock()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) && ctx.Err() == nil {
		return driver.Result{}, err
	}
	out := driver.Result{ExitCode: cmd.ProcessState.ExitCode(), Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		out.ExitCode = 128 + int(status.Signal())
	}
	out.TimedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
	return out, nil
}

type cloud struct {
	*localcloud.Server
	ssm *ssm.Client
	ec2 *ec2.Client
	dir string
}

// startCloud starts a cloud whose steps take milliseconds, with driver d and the instance profile machineProfile.
func startCloud(t *testing.T, dir string, d driver.Driver, delivery time.Duration) *cloud {
	t.Helper()
	c := startBehind(t, dir, d, delivery, lag.Config{})
	c.makeProfile(t, machineProfile, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
	return c
}

// startBehind starts a cloud whose reads are behind.
func startBehind(t *testing.T, dir string, d driver.Driver, delivery time.Duration, behind lag.Config) *cloud {
	t.Helper()
	s, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: dir, Driver: d, Lag: behind,
		Timing: localcloud.Timing{
			Pending: time.Millisecond, Stopping: time.Millisecond, ShuttingDown: time.Millisecond,
			Registration: time.Millisecond, Delivery: delivery,
		},
		Images: []localcloud.Image{{Image: driver.Image{Name: "test"}, Architecture: "x86_64"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &cloud{Server: s, ssm: ssm.NewFromConfig(config(s)), ec2: ec2.NewFromConfig(config(s)), dir: dir}
}

// machineProfile is an instance profile with which a machine registers.
const machineProfile = "machine"

// makeProfile makes an instance profile and role with one managed policy, or none; those of an earlier cloud are kept.
func (c *cloud) makeProfile(t *testing.T, name, policy string) {
	t.Helper()
	client := iam.NewFromConfig(config(c.Server))
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	_, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trust)})
	if errorCode(err) == "EntityAlreadyExists" {
		return
	}
	must(t, err)
	_, err = client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String(name)})
	must(t, err)
	_, err = client.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String(name), RoleName: aws.String(name)})
	must(t, err)
	if policy != "" {
		c.attach(t, name, policy)
	}
}

func (c *cloud) attach(t *testing.T, role, policy string) {
	t.Helper()
	_, err := iam.NewFromConfig(config(c.Server)).AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(role), PolicyArn: aws.String(policy)})
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func config(s *localcloud.Server) aws.Config {
	id, secret := s.Credentials()
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.Endpoint()), Retryer: clienttest.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
}

func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// launch starts an instance of the profile machineProfile.
func (c *cloud) launch(t *testing.T, name string) string {
	t.Helper()
	return c.launchAs(t, name, machineProfile)
}

// launchAs starts an instance of a profile, or of none.
func (c *cloud) launchAs(t *testing.T, name, profile string) string {
	t.Helper()
	images, err := c.ec2.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(images.Images) != 1 {
		t.Fatalf("images: %v, %v", images, err)
	}
	in := &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{{Key: aws.String("fleet"), Value: aws.String(name)}},
		}},
	}
	if profile != "" {
		in.IamInstanceProfile = &ec2types.IamInstanceProfileSpecification{Name: aws.String(profile)}
	}
	out, err := c.ec2.RunInstances(t.Context(), in)
	must(t, err)
	return aws.ToString(out.Instances[0].InstanceId)
}

// eventually polls until ok, for at most 20 seconds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen in time", what)
		}
	}
}

func (c *cloud) pingStatus(t *testing.T, id string) string {
	t.Helper()
	out, err := c.ssm.DescribeInstanceInformation(t.Context(), &ssm.DescribeInstanceInformationInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range out.InstanceInformationList {
		if aws.ToString(i.InstanceId) == id {
			return string(i.PingStatus)
		}
	}
	return ""
}

func (c *cloud) online(t *testing.T, name string) string {
	t.Helper()
	id := c.launch(t, name)
	eventually(t, "registration", func() bool { return c.pingStatus(t, id) == "Online" })
	return id
}
