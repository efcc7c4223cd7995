package tropic_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// TestEverythingWorksWhileReadsAreBehind drives a machine through its life, as one apply after another does, on a cloud
// whose reads do not see changes at once.
func TestEverythingWorksWhileReadsAreBehind(t *testing.T) {
	t.Parallel()
	for _, behind := range []lag.Config{{Reads: 1}, {Reads: 3}, {Reads: mostBehind}, {Reads: 5, Seed: 1}, {Reads: 5, Seed: 2}, {Reads: 5, Seed: 3}} {
		t.Run(fmt.Sprintf("%d_reads_seed_%d", behind.Reads, behind.Seed), func(t *testing.T) {
			t.Parallel()
			cloud := newLaggingCloud(t, behind)
			client := cloud.client(t)
			if _, err := client.SSHKeys.Create(t.Context(), "me"); err != nil {
				t.Fatal(err)
			}
			spec := desk()
			spec.SSHKey = "me"
			instance, _, err := client.Instances.Create(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			agentsWhileBehind(t, cloud, client, instance.ID)
			changesWhileBehind(t, cloud, client, instance.ID)
			if err := client.Instances.Terminate(t.Context(), instance.ID); err != nil {
				t.Fatal(err)
			}
			if err := client.SSHKeys.Delete(t.Context(), "me"); err != nil {
				t.Fatal(err)
			}
			for _, policy := range []string{"old", "new"} {
				if err := client.Policies.Delete(t.Context(), policy); err != nil {
					t.Fatal(err)
				}
			}
			settle(t, cloud)
			nothingLeft(t, cloud)
		})
	}
}

// mostBehind is the longest lag of these tests, in reads.
const mostBehind = 7

// settle reads until nothing is behind any more.
func settle(t *testing.T, cloud *recordCloud) {
	t.Helper()
	for range mostBehind {
		cloud.parameters(t)
		cloud.groups(t)
		cloud.living(t)
	}
}

// agentsWhileBehind puts agents one right after the other: each policy in use has its tag, and none that is not.
func agentsWhileBehind(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
	t.Helper()
	for _, policy := range []string{"old", "new"} {
		if _, err := client.Policies.Put(t.Context(), manifest.Policy{ID: policy, Rules: "DENY: run sudo"}); err != nil {
			t.Fatal(err)
		}
	}
	for slug, policy := range map[string]string{"poet": "old", "clerk": "new"} {
		if _, err := client.Agents.Put(t.Context(), id, tropic.AgentSpec{Slug: slug, PolicyID: policy}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(want map[string]string, absent ...string) {
		t.Helper()
		settle(t, cloud)
		cloud.wantTagsOfMachine(t, id, want, absent...)
	}
	read(map[string]string{tropic.TagPolicyPrefix + "old": "true", tropic.TagPolicyPrefix + "new": "true"})
	if err := client.Agents.Delete(t.Context(), id, "poet"); err != nil {
		t.Fatal(err)
	}
	read(map[string]string{tropic.TagPolicyPrefix + "new": "true"}, tropic.TagPolicyPrefix+"old")
	if err := client.Agents.Delete(t.Context(), id, "clerk"); err != nil {
		t.Fatal(err)
	}
	read(nil, tropic.TagPolicyPrefix+"old", tropic.TagPolicyPrefix+"new")
}

// changesWhileBehind gives the machine another type, other rules and another key.
func changesWhileBehind(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
	t.Helper()
	if _, err := client.Instances.ChangeType(t.Context(), id, "t3.small"); err != nil {
		t.Fatal(err)
	}
	next := tropic.IngressSpec{SSH: desk().Ingress.SSH}
	tags := map[string]string{"owner": "ann"}
	if _, err := client.Instances.Update(t.Context(), id, tropic.InstanceUpdate{Ingress: &next, Tags: &tags}); err != nil {
		t.Fatal(err)
	}
	if err := client.SSHKeys.Delete(t.Context(), "me"); err != nil {
		t.Fatal(err)
	}
	key, err := client.SSHKeys.Create(t.Context(), "me")
	if err != nil {
		t.Fatal(err)
	}
	settle(t, cloud)
	instance, err := client.Instances.Get(t.Context(), id)
	if err != nil || instance.State != tropic.StateRunning || instance.Type != "t3.small" || instance.Resume {
		t.Errorf("the machine reads %+v, %v", instance, err)
	}
	cloud.wantTags(t, id, map[string]string{"owner": "ann"}, "team", tropic.TagResume)
	rules, err := client.Ingress.Get(t.Context(), id)
	if diff := cmp.Diff(texts(tropic.WantedIngress(next)), texts(rules)); diff != "" || err != nil {
		t.Errorf("ingress: %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{key.PublicKey}, cloud.authorized(t, id)); diff != "" {
		t.Errorf("the machine lets in (-want +got):\n%s", diff)
	}
}
