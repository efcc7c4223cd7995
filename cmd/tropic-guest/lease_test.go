package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

const guestTarget = "/usr/local/bin/tropic-guest"

// leased is an embedded cloud whose machines really run, with the guest built from this source.
type leased struct {
	t     *testing.T
	cloud *localcloud.Server
	api   *ec2.Client
}

// timer is a boot program that stands for the timer of systemd, which those machines lack: ten looks a second.
const timer = "while sleep 0.1; do " + guestTarget + " lease -boot-grace 0; done"

func startLeased(t *testing.T, boot string) *leased {
	t.Helper()
	if err := lite.Available(); err != nil {
		reason := "driver lite cannot run here, so no machine powered itself off: " + err.Error()
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip("SKIPPED: " + reason)
	}
	machines, err := lite.New(lite.Config{Dir: filepath.Join(t.TempDir(), "machines")})
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: t.TempDir(), Driver: machines,
		Images: []localcloud.Image{{Image: driver.Image{
			Name:  "tropic",
			Files: []driver.File{{Source: guest(t), Target: guestTarget, Mode: 0o755}},
			Boot:  []string{"sh", "-c", boot},
		}, Architecture: "x86_64"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	id, secret := cloud.Credentials()
	return &leased{t: t, cloud: cloud, api: ec2.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(cloud.Endpoint()),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})}
}

// run starts a machine, with a lease unless that is zero.
func (l *leased) run(lease time.Time) (id string) {
	l.t.Helper()
	images, err := l.api.DescribeImages(l.t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil {
		l.t.Fatal(err)
	}
	tags := []types.Tag{{Key: aws.String(tropic.TagManaged), Value: aws.String("true")}}
	if !lease.IsZero() {
		tags = append(tags, leaseTag(lease))
	}
	out, err := l.api.RunInstances(l.t.Context(), &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro,
		InstanceInitiatedShutdownBehavior: types.ShutdownBehaviorStop,
		MetadataOptions: &types.InstanceMetadataOptionsRequest{
			HttpTokens: types.HttpTokensStateRequired, InstanceMetadataTags: types.InstanceMetadataTagsStateEnabled,
		},
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: tags}},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return aws.ToString(out.Instances[0].InstanceId)
}

func leaseTag(until time.Time) types.Tag {
	return types.Tag{Key: aws.String(tropic.TagLease), Value: aws.String(until.UTC().Format(time.RFC3339Nano))}
}

func (l *leased) renew(id string, until time.Time) {
	l.t.Helper()
	if _, err := l.api.CreateTags(l.t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{leaseTag(until)}}); err != nil {
		l.t.Fatal(err)
	}
}

func (l *leased) state(id string) (state types.InstanceStateName, reason string) {
	l.t.Helper()
	out, err := l.api.DescribeInstances(l.t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		l.t.Fatal(err)
	}
	i := out.Reservations[0].Instances[0]
	if i.StateReason != nil {
		reason = aws.ToString(i.StateReason.Code)
	}
	return i.State.Name, reason
}

// await waits for a state, and wants the machine to have brought itself there when it is stopped.
func (l *leased) await(id string, want types.InstanceStateName) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		state, reason := l.state(id)
		if state == want {
			if want == types.InstanceStateNameStopped && reason != "Client.InstanceInitiatedShutdown" {
				l.t.Errorf("machine %s was stopped by %q, not by itself", id, reason)
			}
			return
		}
		select {
		case <-ctx.Done():
			l.t.Fatalf("machine %s is %s, want %s", id, state, want)
		case <-tick.C:
		}
	}
}

// awaitAnswer runs the guest inside a machine until it says what is wanted.
func (l *leased) awaitAnswer(id, want string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := l.cloud.Exec(ctx, id, driver.Command{Argv: []string{guestTarget, "lease", "-v"}, Timeout: 20 * time.Second})
		if err == nil && strings.Contains(string(r.Stdout), want) {
			return
		}
		select {
		case <-ctx.Done():
			l.t.Fatalf("lease -v inside %s: %v, %s%s; want %q", id, err, r.Stdout, r.Stderr, want)
		case <-tick.C:
		}
	}
}

// Nobody stops these machines: EC2's API is only told of leases. The one whose lease ends is stopped, by itself; those
// whose lease is renewed, or that have none, go on.
func TestMachineStopsItselfWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	l := startLeased(t, timer)
	far := time.Now().Add(time.Hour)
	renewed, ending, unbound := l.run(far), l.run(far), l.run(time.Time{})
	for _, id := range []string{renewed, ending, unbound} {
		l.await(id, types.InstanceStateNameRunning)
	}
	later := far.Add(time.Hour)
	l.renew(renewed, later)
	l.renew(ending, time.Now())
	l.await(ending, types.InstanceStateNameStopped)
	l.awaitAnswer(renewed, "the lease until "+later.UTC().Format(time.RFC3339Nano)+" holds")
	l.awaitAnswer(unbound, "this machine has no lease")
	for _, id := range []string{renewed, unbound} {
		if state, _ := l.state(id); state != types.InstanceStateNameRunning {
			t.Errorf("machine %s is %s, want running", id, state)
		}
	}

	// Started anew with the lease of its last run it ends again; with a new one it runs.
	start := func() {
		if _, err := l.api.StartInstances(t.Context(), &ec2.StartInstancesInput{InstanceIds: []string{ending}}); err != nil {
			t.Fatal(err)
		}
	}
	start()
	l.await(ending, types.InstanceStateNameStopped)
	l.renew(ending, later)
	start()
	l.await(ending, types.InstanceStateNameRunning)
	l.awaitAnswer(ending, "holds")
}

// A machine that has just booted waits for a new lease; the boot is its own, not that of the kernel it shares.
func TestBootWithAnEndedLeaseWaits(t *testing.T) {
	t.Parallel()
	l := startLeased(t, "true")
	id := l.run(time.Now().Add(-time.Hour))
	l.await(id, types.InstanceStateNameRunning)
	look := []string{guestTarget, "lease", "-boot-grace", "1h"} // as long as no test takes to get here
	r, err := l.cloud.Exec(t.Context(), id, driver.Command{Argv: look, Timeout: 20 * time.Second})
	if err != nil || r.ExitCode != exitDone || !strings.Contains(string(r.Stderr), "waiting for a new one until 1h0m0s after boot") {
		t.Errorf("within the grace: %v, exit code %d, %s", err, r.ExitCode, r.Stderr)
	}
	if state, _ := l.state(id); state != types.InstanceStateNameRunning {
		t.Errorf("machine %s is %s, want running", id, state)
	}
	look[3] = "0s"
	// Its answer may be lost with the machine.
	_, _ = l.cloud.Exec(t.Context(), id, driver.Command{Argv: look, Timeout: 20 * time.Second})
	l.await(id, types.InstanceStateNameStopped)
}
