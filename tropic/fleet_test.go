package tropic_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// never is the id of a machine that never was, and sorts in between.
func never(n int) string { return fmt.Sprintf("i-8%016x", n) }

// fleet launches machines past the library, and returns their ids, sorted.
func (c *recordCloud) fleet(t *testing.T, n int) []string {
	t.Helper()
	images, err := c.ec2().DescribeImages(t.Context(), &ec2.DescribeImagesInput{})
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, n)
	var all sync.WaitGroup
	for at := range ids {
		all.Go(func() {
			out, err := c.ec2().RunInstances(t.Context(), &ec2.RunInstancesInput{
				ImageId: images.Images[0].ImageId, InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
				TagSpecifications: []ec2types.TagSpecification{{ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{
					{Key: aws.String(tropic.TagManaged), Value: aws.String("true")}, {Key: aws.String(tropic.TagAccount), Value: aws.String("acme")},
				}}},
			})
			if err != nil {
				t.Error(err)
				return
			}
			ids[at] = aws.ToString(out.Instances[0].InstanceId)
		})
	}
	all.Wait()
	slices.Sort(ids)
	if t.Failed() {
		t.FailNow()
	}
	return ids
}

// become waits until the machines are in a state.
func become(t *testing.T, client *tropic.Client, state string, ids ...string) []*tropic.Instance {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(2 * time.Millisecond) {
		found, err := client.Fleet.Machines(t.Context(), ids...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(found, func(i *tropic.Instance) bool { return i.State != state }) && len(found) == len(ids) {
			return found
		}
	}
	t.Fatalf("machines %v did not become %s", ids, state)
	return nil
}

func idsOf(machines []*tropic.Instance) []string {
	out := make([]string, len(machines))
	for n, i := range machines {
		out[n] = i.ID
	}
	return out
}

// TestFleetWritesInBatches holds the calls to the least that EC2's bounds allow, for 205 machines.
func TestFleetWritesInBatches(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 205)
	become(t, client, tropic.StateRunning, ids...)
	twice := append(slices.Clone(ids), ids...)
	lease := "2026-11-25T14:10:00Z"
	steps := []struct {
		name  string
		calls []string
		do    func() error
	}{
		{"all machines", []string{"DescribeInstances"}, func() error {
			all, err := client.Fleet.Machines(t.Context())
			if diff := cmp.Diff(ids, idsOf(all)); diff != "" {
				t.Errorf("all machines (-want +got):\n%s", diff)
			}
			return err
		}},
		{"machines by id", []string{"DescribeInstances", "DescribeInstances"}, func() error {
			some, err := client.Fleet.Machines(t.Context(), append(twice, never(1))...)
			if diff := cmp.Diff(ids, idsOf(some)); diff != "" {
				t.Errorf("machines by id (-want +got):\n%s", diff)
			}
			return err
		}},
		{"tag", []string{"CreateTags"}, func() error { return client.Fleet.Tag(t.Context(), tropic.TagLease, lease, twice...) }},
		{"untag", []string{"DeleteTags"}, func() error { return client.Fleet.Untag(t.Context(), tropic.TagLease, twice...) }},
		{"stop", []string{"StopInstances", "StopInstances", "StopInstances"}, func() error {
			accepted, err := client.Fleet.Stop(t.Context(), twice...)
			if diff := cmp.Diff(ids, accepted); diff != "" {
				t.Errorf("accepted (-want +got):\n%s", diff)
			}
			return err
		}},
	}
	for _, step := range steps {
		cloud.forgetCalls()
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if diff := cmp.Diff(step.calls, cloud.operations()); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestFleetTagsAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 3)
	if _, err := client.Instances.Get(t.Context(), ids[0]); err != nil { // into the snapshot
		t.Fatal(err)
	}
	lease := time.Date(2026, 11, 25, 14, 10, 0, 0, time.UTC)
	for range 2 {
		for key, value := range map[string]string{
			tropic.TagLease: lease.Format(time.RFC3339), tropic.TagDailyCreditCap: "12.5", tropic.TagMaxSession: "8h",
		} {
			if err := client.Fleet.Tag(t.Context(), key, value, ids[0], ids[2], never(1)); err != nil {
				t.Fatal(err)
			}
		}
		for n, id := range ids {
			got, err := client.Instances.Get(t.Context(), id)
			tagged := n != 1
			if err != nil || got.Lease.Equal(lease) != tagged || (got.DailyCreditCap == "12.5") != tagged || (got.MaxSession == "8h") != tagged {
				t.Errorf("machine %d: lease %s, cap %q, session %q, %v", n, got.Lease, got.DailyCreditCap, got.MaxSession, err)
			}
		}
	}
	for range 2 {
		if err := client.Fleet.Untag(t.Context(), tropic.TagLease, append(ids, never(1))...); err != nil {
			t.Fatal(err)
		}
		if got, err := client.Instances.Get(t.Context(), ids[0]); err != nil || !got.Lease.IsZero() {
			t.Errorf("lease %s after Untag, %v", got.Lease, err)
		}
	}
}

// TestOneMachineDoesNotHoldUpTheOthers mixes machines that are gone, ended or were never there into every write.
func TestOneMachineDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 9)
	become(t, client, tropic.StateRunning, ids...)
	ended := []string{ids[2], ids[7]}
	if _, err := cloud.ec2().TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: ended}); err != nil {
		t.Fatal(err)
	}
	become(t, client, tropic.StateTerminated, ended...)
	good := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(ended, id) })
	all := append([]string{never(3), never(1), never(2)}, ids...)
	for range 2 {
		accepted, err := client.Fleet.Stop(t.Context(), all...)
		if diff := cmp.Diff(good, accepted); diff != "" || err != nil {
			t.Errorf("Stop: %v, accepted (-want +got):\n%s", err, diff)
		}
	}
	before := time.Now()
	for _, i := range become(t, client, tropic.StateStopped, good...) {
		if i.StateChangedAt.After(before) || i.StateChangedAt.Before(i.LaunchTime.Truncate(time.Second)) ||
			i.TransitionReason != i.StateChangedAt.Format("User initiated (2006-01-02 15:04:05 GMT)") {
			t.Errorf("stopped at %s for the reason %q, launched %s", i.StateChangedAt, i.TransitionReason, i.LaunchTime)
		}
	}
	for range 2 {
		accepted, err := client.Fleet.Start(t.Context(), all...)
		if diff := cmp.Diff(good, accepted); diff != "" || err != nil {
			t.Errorf("Start: %v, accepted (-want +got):\n%s", err, diff)
		}
	}
	for _, i := range become(t, client, tropic.StateRunning, good...) {
		if !i.StateChangedAt.IsZero() || i.TransitionReason != "" {
			t.Errorf("a machine that runs changed at %s for the reason %q", i.StateChangedAt, i.TransitionReason)
		}
	}
	if accepted, err := client.Fleet.Stop(t.Context(), never(1)); err != nil || len(accepted) != 0 {
		t.Errorf("Stop of a machine that never was: %v, %v", accepted, err)
	}
}

// TestAFullMachineIsReportedAndTheOthersAreTagged is about a machine with as many tags as EC2 allows: its lease cannot be
// renewed, those of the others can.
func TestAFullMachineIsReportedAndTheOthersAreTagged(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 5)
	var many []ec2types.Tag
	for n := range 48 { // beside the two that it has
		many = append(many, ec2types.Tag{Key: aws.String(fmt.Sprintf("k%d", n)), Value: aws.String("v")})
	}
	if _, err := cloud.ec2().CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: ids[1:2], Tags: many}); err != nil {
		t.Fatal(err)
	}
	err := client.Fleet.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, ids...)
	var typed *tropic.Error
	if !errors.As(err, &typed) || typed.AWSCode != "TagLimitExceeded" || typed.ID != ids[1] || typed.RequestID == "" {
		t.Errorf("Tag with a full machine among others: %v, want its id, code and request", err)
	}
	found, err := client.Fleet.Machines(t.Context(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range found {
		if full := i.ID == ids[1]; (i.Hold == tropic.HoldBalance) == full {
			t.Errorf("machine %s (full: %t) has the hold %q", i.ID, full, i.Hold)
		}
	}
}

// TestFleetFailuresAreTypedAndPartial refuses the second batch of a stop.
func TestFleetFailuresAreTypedAndPartial(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 101)
	become(t, client, tropic.StateRunning, ids...)
	stops := 0
	cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
		if call.Operation != "StopInstances" {
			return nil
		}
		if stops++; stops == 1 {
			return &localcloud.Fault{Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation."}
		}
		return nil
	})
	accepted, err := client.Fleet.Stop(t.Context(), ids...)
	var typed *tropic.Error
	if !errors.Is(err, tropic.ErrPermission) || !errors.As(err, &typed) || typed.RequestID == "" || !strings.Contains(err.Error(), ids[0]+" to "+ids[99]) {
		t.Errorf("Stop: %v, want a refusal with the request and the machines", err)
	}
	if diff := cmp.Diff(ids[100:], accepted); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
		if call.Operation == "DescribeInstances" {
			return &localcloud.Fault{Code: "Unavailable", Status: 503}
		}
		return nil
	})
	if found, err := client.Fleet.Machines(t.Context()); err == nil || found != nil {
		t.Errorf("Machines while EC2 is down: %d machines, %v, want an error alone", len(found), err)
	}
	if err := client.Fleet.Tag(t.Context(), "k", "v", "desk"); !errors.Is(err, tropic.ErrValidation) {
		t.Errorf("Tag of what is no id: %v, want ErrValidation", err)
	}
}

// TestAWriteWithoutAnAnswerDropsTheSnapshot breaks the connection after every effect.
func TestAWriteWithoutAnAnswerDropsTheSnapshot(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	ids := cloud.fleet(t, 2)
	if _, err := client.Instances.Get(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
		if call.Operation == "CreateTags" {
			return &localcloud.Fault{Reset: true, AfterEffect: true}
		}
		return nil
	})
	if err := client.Fleet.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, ids...); err == nil {
		t.Error("Tag without an answer: no error")
	}
	if got, err := client.Instances.Get(t.Context(), ids[0]); err != nil || got.Hold != tropic.HoldBalance {
		t.Errorf("hold %q, %v, want what the call did", got.Hold, err)
	}
}
