package reconcile_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Whatever sequence of desired states and half-failed runs a machine has been through, it ends up as a fresh machine
// with the last desired state would, and then rests.
func TestConvergesFromAnyHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		for range rapid.IntRange(1, 4).Draw(rt, "states") {
			desire(rt, m)
			fail := rapid.IntRange(0, 60).Draw(rt, "failing step")
			steps := 0
			if _, err := m.run(func(o *reconcile.Options) {
				o.Before = func(tree.Op, string) error {
					if steps++; steps == fail || fail > 50 && steps > fail-50 {
						return syscall.EIO
					}
					return nil
				}
			}); err != nil && fail == 0 {
				rt.Fatal(err)
			}
		}
		putPolicies(rt, m, "DENY: run sudo", "ALLOW: browse any public website")
		m.converge()
		fresh := newMachine(t)
		fresh.store.values = m.store.values
		fresh.converge()
		if got, want := m.picture(), fresh.picture(); !slices.Equal(got, want) {
			rt.Fatalf("not like a fresh machine:\n%s", difference(want, got))
		}
		if left := m.temporaries(); len(left) > 0 {
			rt.Fatalf("temporary files %q", left)
		}
		m.settled()
	})
}

// desire draws a desired state: agents with files that collide with those of the state before, policies, keys.
func desire(rt *rapid.T, m *machine) {
	putPolicies(rt, m, "DENY: run sudo", "ALLOW: browse any public website", "DENY: what no language knows")
	for i := range 3 {
		slug := fmt.Sprintf("a%d", i)
		if !rapid.Bool().Draw(rt, slug) {
			m.removeAgent(slug)
			continue
		}
		files := map[string]string{}
		for _, layout := range [][]string{{"n"}, {"n/x", "n/y/z"}, {"AGENTS.md", "n/x"}} {
			if rapid.Bool().Draw(rt, "layout") {
				clear(files)
				for _, name := range layout {
					files[name] = rapid.SampledFrom([]string{"", "one", "two"}).Draw(rt, name)
				}
			}
		}
		m.put(manifest.AgentPath(instanceID, slug), manifest.Agent{
			Slug: slug, Name: "N", Files: files,
			PolicyID: rapid.SampledFrom([]string{"", "p1", "p2"}).Draw(rt, "policy"),
		})
	}
	key := manifest.CredentialPath(instanceID, "openai")
	if delete(m.store.values, key); rapid.Bool().Draw(rt, "credential") {
		m.store.values[key] = "sk-openai"
	}
	keys := []string{publicKey}
	if rapid.Bool().Draw(rt, "second key") {
		keys = append(keys, publicKey+"2")
	}
	m.put(manifest.AuthorizedKeysPath(instanceID), manifest.AuthorizedKeys{Keys: keys})
}

// putPolicies draws the rules of both policies.
func putPolicies(rt *rapid.T, m *machine, rules ...string) {
	for _, id := range []string{"p1", "p2"} {
		m.put(manifest.PolicyPath(id), manifest.Policy{ID: id, Rules: rapid.SampledFrom(rules).Draw(rt, id)})
	}
}
