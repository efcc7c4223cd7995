package reconcile_test

import (
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

const (
	gateAgents = "/etc/tropic/gate/agents/"
	unreadable = "DENY: what no language knows"
)

func (m *machine) putPolicy(p manifest.Policy) { m.put(manifest.PolicyPath(p.ID), p) }

func (m *machine) putGuarded(slug, policyID string) {
	m.put(manifest.AgentPath(instanceID, slug), manifest.Agent{
		Slug: slug, Name: slug, PolicyID: policyID, Files: map[string]string{"AGENTS.md": "x"},
	})
}

// decides loads what lies on the machine as the gate does, with all packs, and asks it about a command.
func (m *machine) decides(slug, command string) sondera.Effect {
	m.t.Helper()
	text := m.read(gateAgents + slug + ".cedar")
	if _, listed := policy.ListedDefault(text); !listed {
		m.t.Errorf("the policy of %s has no default:\n%s", slug, text)
	}
	line, err := json.Marshal(map[string]any{
		"agent": slug, "tool": "exec", "workspace": workspace + slug, "params": map[string]string{"command": command},
	})
	m.check(err)
	gate, err := sondera.New(sondera.Options{
		Packs:  sondera.PackNames(),
		Agents: map[string][]sondera.Source{slug: {{Name: slug, Text: []byte(text), OwnDefault: true}}},
	})
	m.check(err)
	return gate.DecideLine(m.t.Context(), line).Effect
}

// TestGateFollowsPolicies has the gate's files follow every change of agents and policies, without a restart.
func TestGateFollowsPolicies(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	expect := func(slug, command string, want sondera.Effect) {
		t.Helper()
		if got := m.decides(slug, command); got != want {
			t.Errorf("%s, %s: %s, want %s\n%s", slug, command, got, want, m.read(gateAgents+slug+".cedar"))
		}
	}
	m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: run `git`"})
	m.putPolicy(manifest.Policy{ID: "q", Rules: "ALLOW: run `git`", Default: "deny", Cedar: `@id("mine") forbid(principal, action, resource) when { context.flags.contains("git --force") };`})
	m.putGuarded("a", "p")
	m.putGuarded("b", "q")
	m.putGuarded("c", "")
	m.converge()
	m.settled()
	expect("a", "git status", sondera.Deny)
	expect("a", "ls", sondera.Allow)
	expect("b", "git status", sondera.Allow)
	expect("b", "git push --force", sondera.Deny)
	expect("b", "ls", sondera.Deny)
	if m.exists(gateAgents + "c.cedar") {
		t.Error("an agent without a policy has one")
	}

	m.putPolicy(manifest.Policy{ID: "p", Rules: "REQUIRE CONFIRM: run `git`"})
	m.putGuarded("b", "")
	m.putGuarded("c", "q")
	if report := m.converge(); len(report.Restarted) > 0 {
		t.Errorf("restarted %q", report.Restarted)
	}
	m.settled()
	expect("a", "git status", sondera.Confirm)
	expect("c", "ls", sondera.Deny)
	if m.exists(gateAgents + "b.cedar") {
		t.Error("an agent whose policy was taken away still has it")
	}

	m.removeAgent("a")
	m.converge()
	m.settled()
	if m.exists(gateAgents+"a.cedar") || m.exists("/etc/tropic/policies/p.rules") {
		t.Error("an agent that was removed still has a policy")
	}
}

// TestUnreadablePolicyKeepsTheLastGood has a policy that this guest's language does not know, as a newer provider may write
// one: the last good one goes on, and the report says why.
func TestUnreadablePolicyKeepsTheLastGood(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: run `git`"})
	m.putGuarded("a", "p")
	m.converge()
	before := m.read(gateAgents + "a.cedar")
	m.putPolicy(manifest.Policy{ID: "p", Rules: unreadable})
	report, err := m.run()
	m.check(err)
	status := report.Status.Agents["a"]
	if report.OK() || status.State != manifest.AgentFailed || !strings.Contains(status.Message, "policy p: rules: line 1, column 7") {
		t.Errorf("%+v, problems %q", status, report.Status.Problems)
	}
	if m.read(gateAgents+"a.cedar") != before || m.read("/etc/tropic/policies/p.rules") != "DENY: run `git`" {
		t.Error("the last good policy is gone")
	}
	m.settled()

	// Its policy before is the one that counts while the new one is of no use, so a change of that one arrives.
	m.putPolicy(manifest.Policy{ID: "p", Rules: "REQUIRE CONFIRM: run `git`"})
	m.putPolicy(manifest.Policy{ID: "q", Rules: unreadable})
	m.putGuarded("a", "q")
	_, err = m.run()
	m.check(err)
	if got := m.decides("a", "git status"); got != sondera.Confirm {
		t.Errorf("under its policy before: %s", got)
	}
	m.settled()
}

// TestNoPolicyNoCalls never leaves an agent that needs a policy without one: with no good one, nothing is allowed.
func TestNoPolicyNoCalls(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(m *machine){
		"new agent":     func(m *machine) { m.putPolicy(manifest.Policy{ID: "p", Rules: unreadable}) },
		"absent policy": func(*machine) {},
		"broken Cedar":  func(m *machine) { m.putPolicy(manifest.Policy{ID: "p", Cedar: "forbid(principal"}) },
		"closing string": func(m *machine) {
			m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: \"); permit(principal, action, resource); //"})
		},
		"ran without one": func(m *machine) {
			m.putGuarded("a", "")
			m.converge()
			m.putPolicy(manifest.Policy{ID: "p", Rules: unreadable})
		},
		"lost file": func(m *machine) {
			m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: run `git`"})
			m.putGuarded("a", "p")
			m.converge()
			m.check(syscall.Unlink(m.path(gateAgents + "a.cedar")))
			m.putPolicy(manifest.Policy{ID: "p", Rules: unreadable})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			prepare(m)
			m.putGuarded("a", "p")
			report, err := m.run()
			m.check(err)
			if report.OK() || report.Status.Agents["a"].State != manifest.AgentFailed {
				t.Errorf("report %+v", report.Status)
			}
			if got := m.decides("a", "ls"); got != sondera.Deny {
				t.Errorf("without a policy: %s", got)
			}
			m.settled()
			m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: run `git`"})
			m.converge()
			if got := m.decides("a", "ls"); got != sondera.Allow {
				t.Errorf("under the policy that was put right: %s", got)
			}
		})
	}
}

// TestAgentWaitsForItsPolicy has a disk that takes everything but the gate's file: the agent is not registered.
func TestAgentWaitsForItsPolicy(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.putPolicy(manifest.Policy{ID: "p", Rules: "DENY: run `git`"})
	m.putGuarded("a", "p")
	report, err := m.run(func(o *reconcile.Options) {
		o.Before = func(_ tree.Op, name string) error {
			if strings.HasPrefix(name, gateAgents) {
				return syscall.ENOSPC
			}
			return nil
		}
	})
	m.check(err)
	if report.OK() || report.Status.Agents["a"].State != manifest.AgentFailed || strings.Contains(m.read(openclaw.ConfigPath), "workspace/a\"") {
		t.Errorf("an agent whose policy could not be written runs: %+v", report.Status.Agents["a"])
	}
	m.converge()
	if !m.exists(gateAgents + "a.cedar") {
		t.Error("the policy is still not there")
	}
}
