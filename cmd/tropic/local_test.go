package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
)

// asTropic makes the test binary be the command: `local up` starts the daemon from its own file.
const asTropic = "TROPIC_TEST_AS_TROPIC"

func TestMain(m *testing.M) {
	lite.Init()
	if os.Getenv(asTropic) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// installation is a state directory, and the command as a user calls it.
type installation struct {
	t   *testing.T
	dir string
}

func (i installation) command(args ...string) (stdout string, err error) {
	self, err := os.Executable()
	if err != nil {
		i.t.Fatal(err)
	}
	// Not the test's context: it has ended when the test cleans up.
	cmd := exec.CommandContext(context.Background(), self, args...)
	cmd.Env = append(os.Environ(), asTropic+"=1", "TROPIC_LOCAL_DIR="+i.dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	i.t.Logf("tropic %s: %v\n%s%s", strings.Join(args, " "), err, out, &said)
	return string(out), err
}

func (i installation) must(args ...string) string {
	i.t.Helper()
	out, err := i.command(args...)
	if err != nil {
		i.t.Fatal(err)
	}
	return out
}

// up starts the daemon and returns its process id.
func (i installation) up() int {
	i.t.Helper()
	var record daemon.Record
	if err := json.Unmarshal([]byte(i.must("local", "up", "--json", "--addr", "127.0.0.1:0", "--guest", "/bin/true")), &record); err != nil {
		i.t.Fatal(err)
	}
	if len(record.Limits) == 0 {
		i.t.Error("local up does not say what the driver cannot do")
	}
	return record.PID
}

// launch makes an instance through EC2's API.
func (i installation) launch(name string) string {
	i.t.Helper()
	status, err := daemon.NewClient(i.dir).Status(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	cfg, err := config.LoadDefaultConfig(i.t.Context(), config.WithRegion("us-east-1"), config.WithBaseEndpoint(status.Endpoint),
		config.WithSharedCredentialsFiles([]string{daemon.CredentialsPath(i.dir)}), config.WithSharedConfigProfile("tropic-local"))
	if err != nil {
		i.t.Fatal(err)
	}
	client := ec2.NewFromConfig(cfg)
	images, err := client.DescribeImages(i.t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil || len(images.Images) == 0 {
		i.t.Fatalf("%d images, %v", len(images.Images), err)
	}
	made, err := client.RunInstances(i.t.Context(), &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{{Key: aws.String("tropic:name"), Value: aws.String(name)}},
		}},
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return aws.ToString(made.Instances[0].InstanceId)
}

// TestKilledDaemonLeavesNothingBehind kills the daemon with SIGKILL while a machine works: no process of the machine
// outlives it, and the next `local up` boots the machine again with its files.
func TestKilledDaemonLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	if err := lite.Available(); err != nil {
		reason := "driver lite cannot run here, so no daemon was killed over a machine: " + err.Error()
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip("SKIPPED: " + reason)
	}
	i := installation{t, t.TempDir()}
	pid := i.up()
	t.Cleanup(func() { _, _ = i.command("local", "down") })
	id := i.launch("desk")
	i.eventually("the machine runs", func() bool {
		_, err := i.command("local", "exec", id, "--", "sh", "-c", "echo kept >/root/file; setsid sleep 9753 >/dev/null 2>&1 &")
		return err == nil
	})
	i.eventually("its process sleeps", func() bool { return sleepers(t) == 1 }) // the shell does not wait for it
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	i.eventually("no process is left", func() bool { return sleepers(t) == 0 })
	if again := i.up(); again == pid {
		t.Errorf("the daemon that was killed, %d, is said to be up", pid)
	}
	i.eventually("the machine runs again with its files", func() bool {
		out, err := i.command("local", "exec", id, "--", "cat", "/root/file")
		return err == nil && out == "kept\n"
	})
	i.must("local", "down")
}

func (i installation) eventually(what string, done func() bool) {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(i.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			i.t.Fatalf("after 30 s it is not so that %s", what)
		case <-tick.C:
		}
	}
}

// sleepers counts the processes on this computer that sleep for 9753 seconds, which only this test's machine does.
func sleepers(t *testing.T) int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range lines {
		raw, err := os.ReadFile(line)
		if err == nil && string(raw) == "sleep\x00"+strconv.Itoa(9753)+"\x00" {
			n++
		}
	}
	return n
}
