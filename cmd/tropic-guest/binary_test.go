package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest/parameterstore"
)

// Promises of the product, held here.
const (
	maxBinary = 15 << 20              // bytes, stripped
	maxCPU    = 50 * time.Millisecond // user and system time of a reconcile of 5 agents with nothing to do
)

// build makes the binary as a release does, once for all tests.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tropic-guest")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "tropic-guest")
	command := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=1.2.3", "-o", binary, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	lite.Init() // a machine's first process is this binary again
	code := m.Run()
	if binary, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

func guest(t testing.TB) string {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func TestBinaryIsSmall(t *testing.T) {
	t.Parallel()
	info, err := os.Stat(guest(t))
	if err != nil || info.Size() > maxBinary {
		t.Errorf("%d bytes (%v), want at most %d", info.Size(), err, maxBinary)
	}
	t.Logf("tropic-guest is %.1f MB stripped", float64(info.Size())/1e6)
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{nil, exitFailed, "", "Usage:"},
		{[]string{"help"}, exitDone, "Exit codes:", ""},
		{[]string{"reconcile", "-h"}, exitDone, "", "health-timeout"},
		{[]string{"reconcile", "-nonsense"}, exitFailed, "", "not defined"},
		{[]string{"reconcile", "now"}, exitFailed, "", `unexpected argument "now"`},
		{[]string{"lease", "-h"}, exitDone, "", "boot-grace"},
		{[]string{"lease", "-nonsense"}, exitFailed, "", "not defined"},
		{[]string{"lease", "now"}, exitFailed, "", `unexpected argument "now"`},
		{[]string{"recancile"}, exitFailed, "", `unknown command "recancile"`},
		{[]string{"version"}, exitDone, "dev", ""},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%q: exit code %d, want %d", c.args, code, c.code)
		}
		if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
			t.Errorf("%q: stdout %q, stderr %q", c.args, &stdout, &stderr)
		}
	}
}

// metadataDriver runs no machine, but serves each one's instance metadata on loopback, where this test's guest asks.
type metadataDriver struct {
	driver.Driver
	served chan string
}

func (d metadataDriver) Start(_ context.Context, _ string, att driver.Attachments) error {
	d.served <- httptest.NewServer(att.Metadata).URL
	return nil
}

// vm is one instance of an embedded cloud, with a role of its own and a root directory to reconcile.
type vm struct {
	id, arn, root   string
	cloud, metadata string
	store           manifest.Store
}

func launch(t testing.TB) *vm {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := metadataDriver{Driver: none.New(), served: make(chan string, 1)}
	cloud, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: t.TempDir(), Driver: d,
		Images: []localcloud.Image{{Image: driver.Image{Name: "tropic"}, Architecture: "x86_64"}},
	})
	must(err)
	t.Cleanup(func() { _ = cloud.Close() })
	id, secret := cloud.Credentials()
	control, err := tropic.New(t.Context(), tropic.WithEndpoint(cloud.Endpoint()), tropic.WithRegion("us-east-1"),
		tropic.WithCredentials(id, secret, ""))
	must(err)
	_, err = control.Profiles.Ensure(t.Context(), "tropic-vm")
	must(err)
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(cloud.Endpoint()),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
	api := ec2.NewFromConfig(config)
	images, err := api.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	must(err)
	out, err := api.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, MinCount: aws.Int32(1),
		MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro,
		IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: aws.String("tropic-vm")},
	})
	must(err)
	m := &vm{
		id: aws.ToString(out.Instances[0].InstanceId), root: t.TempDir(), cloud: cloud.Endpoint(),
		store: parameterstore.New(ssm.NewFromConfig(config)),
	}
	m.arn = fmt.Sprintf("arn:aws:ec2:us-east-1:%s:instance/%s", localcloud.AccountID, m.id)
	select {
	case m.metadata = <-d.served:
	case <-time.After(20 * time.Second):
		t.Fatal("the instance did not boot")
	}
	for _, dir := range []string{"etc", "run", "var", "home/ubuntu"} {
		must(os.MkdirAll(filepath.Join(m.root, dir), 0o755))
	}
	must(os.WriteFile(filepath.Join(m.root, "etc/passwd"), fmt.Appendf(nil, "root:x:%d:%d::/root:/bin/sh\nubuntu:x:%d:%d::/home/ubuntu:/bin/sh\n",
		os.Getuid(), os.Getgid(), os.Getuid(), os.Getgid()), 0o600))
	return m
}

// desire writes a whole desired state with 5 agents, as the control plane does.
func (m *vm) desire(t testing.TB) {
	t.Helper()
	ctx, tags := t.Context(), map[string]string{tropic.TagInstanceARN: m.arn}
	write := func(name string, document any) {
		if _, _, err := manifest.Write(ctx, m.store, name, document, manifest.PutOptions{Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		manifest.GatewayTokenPath(m.id):            strings.Repeat("ab", 24),
		manifest.VMAPITokenPath(m.id):              strings.Repeat("cd", 32),
		manifest.CredentialPath(m.id, "anthropic"): "sk-ant-planted",
	} {
		if err := m.store.Put(ctx, name, value, manifest.PutOptions{Secret: true, Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	write(manifest.StatusPath(m.id), manifest.Status{InstanceID: m.id})
	write(manifest.PolicyPath("careful"), manifest.Policy{ID: "careful", Rules: "DENY: run sudo"})
	for i := range manifest.MaxAgents {
		slug := fmt.Sprintf("agent-%d", i)
		write(manifest.AgentPath(m.id, slug), manifest.Agent{Slug: slug, Name: "Agent", PolicyID: "careful", Files: map[string]string{
			"AGENTS.md": strings.Repeat("Be helpful. ", 500), "SOUL.md": "calm", "TOOLS.md": "none", "IDENTITY.md": slug,
		}})
	}
	write(manifest.SettingsPath(m.id), manifest.Settings{Name: "vm", Account: "acme", Model: manifest.DefaultModel, APIKey: manifest.APIKeyOwn})
}

// reconcile runs the real binary and returns its report, exit code and CPU time.
func (m *vm) reconcile(t testing.TB) (manifest.Report, int, time.Duration) {
	t.Helper()
	command := exec.CommandContext(t.Context(), guest(t), "reconcile", "-root", m.root)
	command.Env = []string{"AWS_ENDPOINT_URL=" + m.cloud, "AWS_EC2_METADATA_SERVICE_ENDPOINT=" + m.metadata}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	_ = command.Run() // its exit code is the result
	var report manifest.Report
	decoder := json.NewDecoder(&stdout)
	if err := decoder.Decode(&report); err != nil || decoder.More() {
		t.Fatalf("stdout is not one report: %v; stderr: %s", err, &stderr)
	}
	if strings.Contains(stderr.String(), "planted") {
		t.Errorf("a secret is in the log: %s", &stderr)
	}
	state := command.ProcessState
	if state.ExitCode() != exitDone {
		t.Logf("exit code %d, stderr: %s", state.ExitCode(), &stderr)
	}
	return report, state.ExitCode(), state.UserTime() + state.SystemTime()
}

// The real binary, who it is from real IMDSv2, its role's temporary credentials, real authorization by tag.
func TestReconcileOverTheEmbeddedCloud(t *testing.T) {
	t.Parallel()
	m := launch(t)
	if _, code, _ := m.reconcile(t); code != exitProblems {
		t.Errorf("before it is provisioned: exit code %d, want %d", code, exitProblems)
	}
	m.desire(t)
	report, code, _ := m.reconcile(t)
	if code != exitDone || len(report.Status.Agents) != manifest.MaxAgents || report.Status.InstanceID != m.id || report.Status.GuestVersion != "1.2.3" {
		t.Fatalf("exit code %d, report %+v", code, report)
	}
	for slug, a := range report.Status.Agents {
		if a.State != manifest.AgentReady || a.Policy == "" {
			t.Errorf("%s: %+v", slug, a)
		}
		guard, err := os.ReadFile(filepath.Join(m.root, "etc/tropic/gate/agents", slug+".cedar"))
		if err != nil || !strings.Contains(string(guard), "1: DENY: run sudo") {
			t.Errorf("the gate's policy of %s: %v\n%s", slug, err, guard)
		}
	}
	var status manifest.Status
	if _, err := manifest.Read(t.Context(), m.store, manifest.StatusPath(m.id), &status); err != nil || len(status.Agents) != manifest.MaxAgents {
		t.Errorf("status in the store: %+v, %v", status, err)
	}
	least := time.Hour
	for try := 0; try < 5 || least > maxCPU && try < 30; try++ { // other tests run beside this one, and cost it caches
		again, code, cpu := m.reconcile(t)
		if code != exitDone || len(again.Changed)+len(again.Removed) > 0 || !again.Status.ReportedAt.Equal(report.Status.ReportedAt) {
			t.Errorf("with nothing to do: exit code %d, report %+v", code, again)
		}
		least = min(least, cpu)
	}
	t.Logf("reconcile of 5 agents with nothing to do: %s of CPU", least)
	if least > maxCPU {
		t.Errorf("a reconcile with nothing to do takes %s of CPU, want at most %s", least, maxCPU)
	}
}

func TestUnreachableCloudIsExitCode2(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), guest(t), "reconcile", "-root", t.TempDir(), "-metadata-endpoint", "http://127.0.0.1:1")
	output, _ := command.Output() // its exit code is the result
	var report manifest.Report
	if err := json.Unmarshal(output, &report); err != nil || report.OK() || command.ProcessState.ExitCode() != exitFailed {
		t.Errorf("exit code %d, %v, report %s", command.ProcessState.ExitCode(), err, output)
	}
}

// BenchmarkReconcileNothingToDo reports user and system CPU of the real binary.
func BenchmarkReconcileNothingToDo(b *testing.B) {
	m := launch(b)
	m.desire(b)
	m.reconcile(b)
	var cpu time.Duration
	for b.Loop() {
		_, _, took := m.reconcile(b)
		cpu += took
	}
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms/op")
}
