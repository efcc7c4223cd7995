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

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
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
func (l *leased) run(until time.Time) (id string) {
	l.t.Helper()
	images, err := l.api.DescribeImages(l.t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	if err != nil {
		l.t.Fatal(err)
	}
	tags := []types.Tag{{Key: aws.String(tropic.TagManaged), Value: aws.String("true")}}
	if !until.IsZero() {
		tags = append(tags, leaseTag(until))
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

// ended waits until a machine is stopped, by itself, and wants that between two instants. The first look that sees it
// stopped is no earlier than it was, by what EC2 and this test take.
func (l *leased) ended(id string, earliest, latest time.Time) {
	l.t.Helper()
	l.await(id, types.InstanceStateNameStopped)
	now := time.Now()
	l.t.Logf("machine %s was seen off %s after it had to run", id, now.Sub(earliest).Round(time.Millisecond))
	if now.Before(earliest) || now.After(latest) {
		l.t.Errorf("machine %s was off at %s; want it %s later at the earliest, %s at the latest", id, now.Format(time.StampMilli),
			earliest.Sub(now), latest.Sub(now))
	}
}

// quarters is a boot program that looks as often as the timer of systemd does.
const quarters = "while " + guestTarget + " lease -boot-grace 0; do sleep 15; done"

// A lease ends a few seconds after a look, long before the next. The machine is off soon after its end, not at that look.
func TestMachineEndsBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	l := startLeased(t, quarters)
	end := time.Now().Add(8 * time.Second) // the boot takes a part of it
	id, other := l.run(end), l.run(end.Add(time.Hour))
	l.ended(id, end, end.Add(5*time.Second))
	if state, _ := l.state(other); state != types.InstanceStateNameRunning {
		t.Errorf("machine %s is %s, want running", other, state)
	}
}

// A lease that is renewed while the watch stays for its end is seen to be.
func TestRenewalAtTheEndIsSeen(t *testing.T) {
	t.Parallel()
	l := startLeased(t, quarters)
	id := l.run(time.Now().Add(7 * time.Second))
	l.await(id, types.InstanceStateNameRunning)
	end := time.Now().Add(11 * time.Second)
	l.renew(id, end)
	l.ended(id, end, end.Add(5*time.Second))
}

// A service that ignores SIGTERM does not hold the power-off for longer than ForceAfter. PID 1 of driver lite would kill it
// sooner; so these machines have a poweroff that is deaf, as is a systemd that waits for a unit, and what ends them is the
// guest's own call of reboot(2).
func TestPowerOffIsForced(t *testing.T) {
	t.Parallel()
	const deaf = "mkdir /opt/deaf && printf '#!/bin/sh\n' >/opt/deaf/poweroff && chmod 755 /opt/deaf/poweroff; PATH=/opt/deaf:$PATH; trap '' TERM; "
	l := startLeased(t, deaf+quarters)
	end := time.Now().Add(6 * time.Second)
	forced := end.Add(lease.ForceAfter)
	l.ended(l.run(end), forced, forced.Add(5*time.Second))
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
