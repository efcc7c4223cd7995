package tropic_test

import (
	"context"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func TestStopSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls:  3,
		before: createdDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Instances.Stop(ctx, id)
			return err
		},
		check: wantMachine(tropic.StateStopped, tropic.DefaultInstanceType, false),
	}.run(t)
}

func TestStartSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls:  6,
		before: stoppedDesk,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Instances.Start(ctx, id)
			return err
		},
		check: wantMachine(tropic.StateRunning, tropic.DefaultInstanceType, true),
	}.run(t)
}

func stoppedDesk(t *testing.T, cloud *recordCloud, client *tropic.Client) string {
	t.Helper()
	id := createdDesk(t, cloud, client)
	if _, err := client.Instances.Stop(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func changeType(ctx context.Context, client *tropic.Client, id string) error {
	_, err := client.Instances.ChangeType(ctx, id, "t3.small")
	return err
}

func TestChangeTypeSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 10, before: createdDesk, verb: changeType,
		check: wantMachine(tropic.StateRunning, "t3.small", false), // it reconciles as it boots
	}.run(t)
}

func TestChangeTypeOfAStoppedMachineSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 4, before: stoppedDesk, verb: changeType,
		check: wantMachine(tropic.StateStopped, "t3.small", false),
	}.run(t)
}

// TestStartEndsWhatAChangeOfTypeBegan starts a machine whose change of type died: it runs, in one of the two types, and
// nothing is left to resume, so that a later change of the stopped machine leaves it stopped.
func TestStartEndsWhatAChangeOfTypeBegan(t *testing.T) {
	sweep{
		calls: 10, before: createdDesk, verb: changeType,
		again: func(ctx context.Context, client *tropic.Client, id string) error {
			_, err := client.Instances.Start(ctx, id)
			return err
		},
		check: wantMachine(tropic.StateRunning, "", true),
	}.run(t)
}

// TestStopEndsWhatAChangeOfTypeBegan stops it instead: it is to stay stopped, also after the change is done again.
func TestStopEndsWhatAChangeOfTypeBegan(t *testing.T) {
	sweep{
		calls: 10, before: createdDesk, verb: changeType,
		again: func(ctx context.Context, client *tropic.Client, id string) error {
			if _, err := client.Instances.Stop(ctx, id); err != nil {
				return err
			}
			return changeType(ctx, client, id)
		},
		check: wantMachine(tropic.StateStopped, "t3.small", false),
	}.run(t)
}

// wantMachine checks the machine's state and type (unless empty), that it bears no note to resume, and whether it was
// poked; then it ends it.
func wantMachine(state, instanceType string, poked bool) func(*testing.T, *recordCloud, *tropic.Client, string) {
	return func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
		t.Helper()
		instance, err := client.Instances.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if instance.State != state || instanceType != "" && instance.Type != instanceType || instance.Resume {
			t.Errorf("the machine is %s, of type %s, to resume: %t; want %s and %s", instance.State, instance.Type, instance.Resume, state, instanceType)
		}
		if poked {
			cloud.wasPoked(t, id)
		}
		end(t, cloud, client, id)
	}
}
