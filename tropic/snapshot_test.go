package tropic_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// TestAPlanCostsTheSameForAnyNumberOfMachines reads every machine and its rules, all at once as Terraform does, and counts
// the calls: two, whatever the number. (Pages begin at 1,000 machines, 1,000 rules or 200 groups.)
func TestAPlanCostsTheSameForAnyNumberOfMachines(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	maker := cloud.client(t)
	var ids []string
	for _, n := range []int{1, 20, 100} {
		for len(ids) < n {
			spec := desk()
			spec.Name = fmt.Sprintf("desk-%d", len(ids))
			instance, err := maker.Instances.Launch(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, instance.ID)
		}
		reader := cloud.client(t)
		cloud.forgetCalls()
		var all sync.WaitGroup
		for _, id := range ids {
			all.Go(func() {
				if _, err := reader.Instances.Get(t.Context(), id); err != nil {
					t.Error(err)
				}
				if _, err := reader.Ingress.Get(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if calls := cloud.operations(); len(calls) != 2 {
			t.Errorf("reading %d machines and their ingress took %v, want two calls", n, calls)
		}
	}
}

func TestWhatTheSnapshotMissesIsLookedUpByID(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	reader := cloud.client(t)
	if found, err := reader.Instances.List(t.Context(), tropic.InstanceFilter{}); err != nil || len(found) != 0 {
		t.Fatalf("List = %v, %v, want none", found, err)
	}
	instance, err := cloud.client(t).Instances.Launch(t.Context(), desk()) // behind the reader's back
	if err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Instances.Get(t.Context(), instance.ID); err != nil || got.Name != "desk" {
		t.Errorf("Get of a machine that is not in the snapshot = %v, %v", got, err)
	}
	if rules, err := reader.Ingress.Get(t.Context(), instance.ID); err != nil || len(rules) != 0 {
		t.Errorf("Ingress.Get of a machine that is not in the snapshot = %v, %v", rules, err)
	}
	if _, err := reader.Instances.Get(t.Context(), "i-0123456789abcdef0"); !errors.Is(err, tropic.ErrNotFound) {
		t.Errorf("Get of a machine that never was: %v, want ErrNotFound", err)
	}
}

func TestOwnWritesAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := launched(t, cloud)
	if got, err := client.Instances.Get(t.Context(), instance.ID); err != nil || got.State == tropic.StateStopped {
		t.Fatalf("Get = %v, %v", got, err)
	}
	if _, err := client.Instances.Stop(t.Context(), instance.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Instances.Get(t.Context(), instance.ID); err != nil || got.State != tropic.StateStopped {
		t.Errorf("Get after an own Stop = %v, %v, want stopped", got, err)
	}
	if err := client.Instances.Terminate(t.Context(), instance.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Instances.Get(t.Context(), instance.ID); !errors.Is(err, tropic.ErrNotFound) {
		t.Errorf("Get after an own Terminate: %v, want ErrNotFound", err)
	}
}

func TestMachinesOfOthersAreNotTouched(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := launched(t, cloud)
	if _, err := cloud.ec2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{
		Resources: []string{instance.ID}, Tags: []ec2types.Tag{{Key: aws.String(tropic.TagManaged)}},
	}); err != nil {
		t.Fatal(err)
	}
	other := cloud.client(t)
	if _, err := other.Instances.Get(t.Context(), instance.ID); !errors.Is(err, tropic.ErrNotFound) {
		t.Errorf("Get: %v, want ErrNotFound", err)
	}
	if err := client.Instances.Terminate(t.Context(), instance.ID); !errors.Is(err, tropic.ErrConflict) {
		t.Errorf("Terminate: %v, want a refusal", err)
	}
	if len(cloud.living(t)) != 1 {
		t.Error("the machine of somebody else was ended")
	}
}
