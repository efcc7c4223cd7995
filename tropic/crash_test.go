package tropic_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// dieAt ends a run at its n-th call, from 1: the connection breaks before or after the call's effect, and the run's
// context ends, so that it does nothing more. Died tells whether the run came that far.
func dieAt(cloud *recordCloud, n int, after bool, cancel context.CancelFunc) (died func() bool) {
	var count atomic.Int32
	var dead atomic.Bool
	cloud.onCall(func(localcloud.Call) *localcloud.Fault {
		if int(count.Add(1)) < n {
			return nil
		}
		if dead.Swap(true) {
			return &localcloud.Fault{Reset: true} // what the dead still say is not heard
		}
		cancel()
		return &localcloud.Fault{Reset: true, AfterEffect: after}
	})
	return func() bool {
		cloud.onCall(nil)
		return dead.Load()
	}
}

// TestCreateSurvivesDeathAtEveryCall kills a create at each of its calls in turn, before and after the call's effect, and
// creates again from another process: there is one machine, one group, the wanted ingress, and Terminate leaves nothing.
func TestCreateSurvivesDeathAtEveryCall(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after_effect_%t", after), func(t *testing.T) {
			t.Parallel()
			cloud := newRecordCloud(t)
			calls := 0
			for n := 1; ; n++ {
				ctx, cancel := context.WithCancel(t.Context())
				died := dieAt(cloud, n, after, cancel)
				_, _, err := cloud.client(t).Instances.Create(ctx, desk())
				dead := died()
				cancel()
				if err == nil {
					t.Fatalf("call %d: a create without Systems Manager succeeded", n)
				}
				createdAgain(t, cloud, n)
				if !dead {
					break
				}
				calls = n
			}
			if calls < 15 {
				t.Errorf("the sweep met %d calls; a create makes more", calls)
			}
			t.Logf("%d calls", calls)
		})
	}
}

// createdAgain checks what a second create makes of what the n-th call left, and ends the machine.
func createdAgain(t *testing.T, cloud *recordCloud, n int) {
	t.Helper()
	client := cloud.client(t)
	instance, _, err := client.Instances.Create(t.Context(), desk())
	if late(err) != nil || instance == nil {
		t.Fatalf("died at call %d, then create again: %v", n, err)
	}
	if machines := cloud.living(t); len(machines) != 1 {
		t.Fatalf("died at call %d: %d machines live, want one", n, len(machines))
	}
	if groups := cloud.groups(t); len(groups) != 1 || groups[0] != "tropic-desk" {
		t.Fatalf("died at call %d: groups %v, want tropic-desk alone", n, groups)
	}
	rules, err := client.Ingress.Get(t.Context(), instance.ID)
	if err != nil || !slices.Equal(texts(rules), texts(tropic.WantedIngress(desk().Ingress))) {
		t.Fatalf("died at call %d: ingress %v, %v", n, texts(rules), err)
	}
	if err := client.Instances.Terminate(t.Context(), instance.ID); err != nil {
		t.Fatalf("died at call %d: terminate: %v", n, err)
	}
	nothingLeft(t, cloud, fmt.Sprintf("create died at call %d, terminated", n))
}

func nothingLeft(t *testing.T, cloud *recordCloud, when string) {
	t.Helper()
	if machines, groups, names := cloud.living(t), cloud.groups(t), ownParameters(t, cloud); len(machines)+len(groups)+len(names) > 0 {
		t.Fatalf("%s: left are %d machines, groups %v, parameters %v", when, len(machines), groups, names)
	}
}

// ownParameters are the cloud's parameters without those that AWS publishes.
func ownParameters(t *testing.T, cloud *recordCloud) []string {
	t.Helper()
	return slices.DeleteFunc(cloud.parameters(t), func(name string) bool { return !strings.HasPrefix(name, "/tropic/") })
}

// TestTerminateSurvivesDeathAtEveryCall kills a terminate at each of its calls in turn, and terminates again.
func TestTerminateSurvivesDeathAtEveryCall(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after_effect_%t", after), func(t *testing.T) {
			t.Parallel()
			cloud := newRecordCloud(t)
			calls := 0
			for n := 1; ; n++ {
				instance, _, err := cloud.client(t).Instances.Create(t.Context(), desk())
				if late(err) != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				died := dieAt(cloud, n, after, cancel)
				err = cloud.client(t).Instances.Terminate(ctx, instance.ID)
				dead := died()
				cancel()
				if dead == (err == nil) {
					t.Fatalf("call %d: died %t, terminate: %v", n, dead, err)
				}
				if err := cloud.client(t).Instances.Terminate(t.Context(), instance.ID); err != nil {
					t.Fatalf("died at call %d, then terminate again: %v", n, err)
				}
				nothingLeft(t, cloud, fmt.Sprintf("terminate died at call %d", n))
				if !dead {
					break
				}
				calls = n
			}
			if calls < 6 {
				t.Errorf("the sweep met %d calls; a terminate makes more", calls)
			}
			t.Logf("%d calls", calls)
		})
	}
}
