package tropic_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// long is a text that no compression fits into one parameter.
func long(seed uint64) string {
	source := rand.New(rand.NewPCG(seed, 0))
	var b strings.Builder
	for range 9000 {
		b.WriteByte("0123456789abcdef"[source.IntN(16)])
	}
	return b.String()
}

// guarded makes a machine with an agent that policy "old" guards, and a policy "new".
func guarded(t *testing.T, cloud *recordCloud, client *tropic.Client) string {
	t.Helper()
	id := createdDesk(t, cloud, client)
	for _, policy := range []string{"old", "new"} {
		if _, err := client.Policies.Put(t.Context(), manifest.Policy{ID: policy, Rules: "DENY: run sudo"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := putPoet(t.Context(), client, id, "old", 1); err != nil {
		t.Fatal(err)
	}
	return id
}

func putPoet(ctx context.Context, client *tropic.Client, id, policy string, seed uint64) error {
	_, err := client.Agents.Put(ctx, id, tropic.AgentSpec{
		Slug: "poet", PolicyID: policy, Files: map[string]string{"AGENTS.md": long(seed)},
	})
	return err
}

// guardedLeft checks the agents of the machine, its policy tags and that it was poked; then it removes everything.
func guardedLeft(t *testing.T, cloud *recordCloud, client *tropic.Client, id string, agents map[string]string) {
	t.Helper()
	found, err := client.Agents.List(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	tags := map[string]string{}
	for _, agent := range found {
		have[agent.Slug] = agent.PolicyID
		tags[tropic.TagPolicyPrefix+agent.PolicyID] = "true"
	}
	if diff := cmp.Diff(agents, have); diff != "" {
		t.Errorf("agents and their policies (-want +got):\n%s", diff)
	}
	var absent []string
	for _, policy := range []string{"old", "new"} {
		if tags[tropic.TagPolicyPrefix+policy] == "" {
			absent = append(absent, tropic.TagPolicyPrefix+policy)
		}
	}
	cloud.wantTagsOfMachine(t, id, tags, absent...)
	cloud.wasPoked(t, id)
	for slug := range have {
		if err := client.Agents.Delete(t.Context(), id, slug); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range ownParameters(t, cloud) {
		if strings.Contains(name, "/agents/") {
			t.Errorf("parameter %s is left", name)
		}
	}
	for _, policy := range []string{"old", "new"} {
		if err := client.Policies.Delete(t.Context(), policy); err != nil {
			t.Fatal(err)
		}
	}
	end(t, cloud, client, id)
}

func TestAgentPutSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 12, before: guarded,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			return putPoet(ctx, client, id, "new", 2)
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
			t.Helper()
			agent, err := client.Agents.Get(t.Context(), id, "poet")
			if err != nil || agent.Files["AGENTS.md"] != long(2) {
				t.Errorf("the agent reads other than it was written: %v", err)
			}
			guardedLeft(t, cloud, client, id, map[string]string{"poet": "new"})
		},
	}.run(t)
}

func TestAgentDeleteSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 8, before: guarded,
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			return client.Agents.Delete(ctx, id, "poet")
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
			t.Helper()
			guardedLeft(t, cloud, client, id, map[string]string{})
		},
	}.run(t)
}

// TestPolicyPutSurvivesDeathAtEveryCall tightens a policy that an agent uses: whatever died, the machine is poked after
// the new text is stored.
func TestPolicyPutSurvivesDeathAtEveryCall(t *testing.T) {
	for name, comment := range map[string]string{"in one parameter": "short", "in parts": long(3)} {
		t.Run(name, func(t *testing.T) {
			changed := manifest.Policy{ID: "old", Cedar: "// " + comment + "\n@id(\"nothing\") forbid(principal, action, resource);"}
			sweep{
				calls: 4, before: guarded,
				verb: func(ctx context.Context, client *tropic.Client, _ string) error {
					_, err := client.Policies.Put(ctx, changed)
					return err
				},
				check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
					t.Helper()
					got, err := client.Policies.Get(t.Context(), "old")
					if err != nil || got.Policy != changed {
						t.Errorf("the policy reads other than it was written: %v", err)
					}
					guardedLeft(t, cloud, client, id, map[string]string{"poet": "old"})
				},
			}.run(t)
		})
	}
}

func TestPolicyDeleteSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 4,
		before: func(t *testing.T, _ *recordCloud, client *tropic.Client) string {
			t.Helper()
			if _, err := client.Policies.Put(t.Context(), manifest.Policy{
				ID: "old", Cedar: "// " + long(5) + "\n@id(\"nothing\") forbid(principal, action, resource);",
			}); err != nil {
				t.Fatal(err)
			}
			return "old"
		},
		verb: func(ctx context.Context, client *tropic.Client, id string) error {
			return client.Policies.Delete(ctx, id)
		},
		check: func(t *testing.T, cloud *recordCloud, _ *tropic.Client, _ string) {
			t.Helper()
			if names := ownParameters(t, cloud); len(names) > 0 {
				t.Errorf("left are parameters %v", names)
			}
		},
	}.run(t)
}
