package tropic_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestStopStartAndChangeTypeAreIdempotent(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := launched(t, cloud)
	for range 2 {
		got, err := client.Instances.Stop(t.Context(), instance.ID)
		if err != nil || got.State != tropic.StateStopped {
			t.Fatalf("Stop = %v, %v", got, err)
		}
	}
	changed, err := client.Instances.ChangeType(t.Context(), instance.ID, "t3.small")
	if err != nil || changed.Type != "t3.small" || changed.State != tropic.StateStopped {
		t.Fatalf("ChangeType of a stopped machine = %+v, %v, want it to stay stopped", changed, err)
	}
	for range 2 {
		got, err := client.Instances.Start(t.Context(), instance.ID)
		if !errors.Is(err, tropic.ErrNotConnected) || got == nil || got.State != tropic.StateRunning {
			t.Fatalf("Start = %v, %v, want a running machine that is not connected", got, err)
		}
	}
	changed, err = client.Instances.ChangeType(t.Context(), instance.ID, "t3.micro")
	if late(err) != nil || changed.Type != "t3.micro" || changed.State != tropic.StateRunning {
		t.Errorf("ChangeType of a running machine = %+v, %v, want it to run again", changed, err)
	}
	if _, err := client.Instances.ChangeType(t.Context(), instance.ID, "t3.mega"); !errors.Is(err, tropic.ErrValidation) {
		t.Errorf("ChangeType to what is not on offer: %v", err)
	}
}

func TestAMachineOnHoldDoesNotStart(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := launched(t, cloud)
	if _, err := client.Instances.Stop(t.Context(), instance.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := cloud.ec2().CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{instance.ID},
		Tags:      []ec2types.Tag{{Key: aws.String(tropic.TagHold), Value: aws.String(tropic.HoldBalance)}},
	}); err != nil {
		t.Fatal(err)
	}
	_, err := client.Instances.Start(t.Context(), instance.ID)
	if !errors.Is(err, tropic.ErrConflict) || !strings.Contains(err.Error(), "no credits left; buy credits") {
		t.Errorf("Start of a held machine: %v, want a refusal that says why", err)
	}
	// Who stops it wants it to stay stopped, also when credits come.
	stopped, err := client.Instances.Stop(t.Context(), instance.ID)
	if err != nil || stopped.Hold != "" {
		t.Errorf("Stop of a held machine: %+v, %v", stopped, err)
	}
	if i, err := client.Instances.Get(t.Context(), instance.ID); err != nil || i.Hold != "" {
		t.Errorf("after Stop it is still held for %q, %v", i.Hold, err)
	}
}

func TestUpdateChangesTagsSettingsAndIngress(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	instance, _, err := client.Instances.Create(t.Context(), desk())
	if late(err) != nil {
		t.Fatal(err)
	}
	mode, model := manifest.APIKeyOwn, "openai/gpt-9"
	spec := desk().Ingress
	spec.Proxy = nil
	updated, err := client.Instances.Update(t.Context(), instance.ID, tropic.InstanceUpdate{
		APIKey: &mode, Model: &model, Ingress: &spec, Tags: &map[string]string{"owner": "ann"},
		AllowedOrigins: &[]string{"https://tropic.bot"}, Credentials: map[string]string{"openai": "planted-key"},
	})
	if late(err) != nil {
		t.Fatal(err)
	}
	if updated.Model != model || updated.APIKey != mode {
		t.Errorf("tags say model %s, key %s", updated.Model, updated.APIKey)
	}
	if diff := cmp.Diff(map[string]string{"owner": "ann"}, withoutLocal(updated.Tags)); diff != "" {
		t.Errorf("the user's tags (-want +got):\n%s", diff)
	}
	settings, err := client.Instances.Settings(t.Context(), instance.ID)
	want := &manifest.Settings{Name: "desk", Account: "default", Model: model, APIKey: mode, AllowedOrigins: []string{"https://tropic.bot"}}
	if diff := cmp.Diff(want, settings); diff != "" || err != nil {
		t.Errorf("settings: %v (-want +got):\n%s", err, diff)
	}
	rules, err := client.Ingress.Get(t.Context(), instance.ID)
	if diff := cmp.Diff([]string{"tcp 22 from 203.0.113.7/32"}, texts(rules)); diff != "" || err != nil {
		t.Errorf("ingress: %v (-want +got):\n%s", err, diff)
	}
	providers, err := client.Credentials.List(t.Context(), instance.ID)
	if diff := cmp.Diff([]string{"openai"}, providers); diff != "" || err != nil {
		t.Errorf("credentials: %v (-want +got):\n%s", err, diff)
	}
	tropicMode := manifest.APIKeyTropic
	if _, err := client.Instances.Update(t.Context(), instance.ID, tropic.InstanceUpdate{APIKey: &tropicMode}); !errors.Is(err, tropic.ErrValidation) {
		t.Errorf("Tropic's key for a model without a price: %v, want a refusal", err)
	}
}

// withoutLocal drops the tag by which the embedded cloud tells its driver.
func withoutLocal(tags map[string]string) map[string]string {
	delete(tags, "tropic:local-driver")
	return tags
}

func TestAFinishedCreateIsAdoptedOnlyForAWhileAndOnlyAsItIs(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	first, _, err := cloud.client(t).Instances.Create(t.Context(), desk())
	if late(err) != nil {
		t.Fatal(err)
	}
	again, _, err := cloud.client(t).Instances.Create(t.Context(), desk())
	if late(err) != nil || again.ID != first.ID {
		t.Errorf("create right after a create that told nobody: %v, %v, want %s", again, err, first.ID)
	}
	other := desk()
	other.Type = "t3.small"
	if _, _, err := cloud.client(t).Instances.Create(t.Context(), other); !errors.Is(err, tropic.ErrConflict) ||
		!strings.Contains(err.Error(), "terraform import tropic_instance.NAME "+first.ID) {
		t.Errorf("create with other settings: %v, want a conflict that says how to import", err)
	}
	if _, err := cloud.ec2().CreateTags(t.Context(), &ec2.CreateTagsInput{
		Resources: []string{first.ID},
		Tags:      []ec2types.Tag{{Key: aws.String(tropic.TagProvisioned), Value: aws.String("2026-01-01T00:00:00Z")}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := cloud.client(t).Instances.Create(t.Context(), desk()); !errors.Is(err, tropic.ErrConflict) {
		t.Errorf("create long after: %v, want a conflict", err)
	}
}
