package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const (
	stateDir   = "/var/lib/tropic/guest"
	ledgerPath = stateDir + "/ledger.json"
)

// ledger is what this machine remembers between two reconciles. It is written before the first change (with every
// path that the run may write, so that none is orphaned by a kill) and after the last.
type ledger struct {
	// Dirty is true from the first change of a run to its end: a run that finds it true follows one that was killed.
	Dirty bool `json:"dirty,omitempty"`
	// Files maps each path that Tropic wrote, or was about to write, to its group: what it is removed with.
	Files map[string]group `json:"files,omitempty"`
	// Agents are the agents as last applied, by slug.
	Agents map[string]appliedAgent `json:"agents,omitempty"`
	// Workspaces are the agents whose directory Tropic made, or was about to make, sorted.
	Workspaces []string `json:"workspaces,omitempty"`
	// Providers are the model providers whose API keys were seen, or were deleted while agents need them, sorted.
	Providers []string `json:"providers,omitempty"`
	// Restart names the units that still run on files that were replaced.
	Restart []string `json:"restart,omitempty"`
	// Settings and AuthorizedKeys are digests of the documents last applied.
	Settings       string `json:"settings,omitempty"`
	AuthorizedKeys string `json:"authorized_keys,omitempty"`
}

// appliedAgent is what openclaw.json and the status need of an agent whose new document cannot be applied.
type appliedAgent struct {
	Digest       string `json:"digest"`
	Name         string `json:"name"`
	Model        string `json:"model,omitempty"`
	PolicyID     string `json:"policy_id,omitempty"`
	PolicyDigest string `json:"policy_digest,omitempty"`
}

// group is what fails together and is removed together: a part of the machine, "agent:<slug>", what the gate has of an
// agent, "gate:<slug>", or "policy:<id>".
type group string

const (
	groupMachine     group = "machine"
	groupCredentials group = "credentials"
	groupKeys        group = "ssh"
	groupConfig      group = "openclaw.json"
	groupConfigCopy  group = "copy of openclaw.json" // on its own, as the agents' user can be in its way
)

func agentGroup(slug string) group { return group("agent:" + slug) }
func gateGroup(slug string) group  { return group("gate:" + slug) }
func policyGroup(id string) group  { return group("policy:" + id) }

// slug returns the agent whose workspace a group is.
func (g group) slug() (string, bool) { return strings.CutPrefix(string(g), "agent:") }

// guarded returns the agent that a group of the gate is of.
func (g group) guarded() (string, bool) { return strings.CutPrefix(string(g), "gate:") }

// loadLedger returns an empty ledger when there is none yet. One that cannot be read is as good as none, and is
// reported: files of agents that were removed meanwhile are then nobody's.
func loadLedger(t *tree.Tree) (l ledger, problem string, err error) {
	empty := ledger{Files: map[string]group{}, Agents: map[string]appliedAgent{}}
	raw, entry, err := t.Read(ledgerPath, 8<<20)
	if err != nil {
		return empty, "", err
	}
	if entry.Kind == tree.Absent {
		return empty, "", nil
	}
	l = empty.clone()
	if entry.Kind != tree.File || json.Unmarshal(raw, &l) != nil || !l.sound() {
		return empty, fmt.Sprintf("%s cannot be read and was started anew; files of agents removed before may remain", ledgerPath), nil //nolint:nilerr // a damaged ledger is a problem to report, not a reason to stop
	}
	return l, "", nil
}

// sound refuses a ledger whose paths lead outside of what Tropic writes: they are removed as root one day.
func (l ledger) sound() bool {
	for name := range l.Files {
		ours := strings.HasPrefix(name, homeDir+"/") || strings.HasPrefix(name, etcDir+"/") || isLeaseUnit(name)
		if path.Clean(name) != name || !ours {
			return false
		}
	}
	for _, slug := range slices.Concat(l.Workspaces, slices.Collect(maps.Keys(l.Agents))) {
		if manifest.ValidateSlug(slug) != nil {
			return false
		}
	}
	return true
}

func (l ledger) save(t *tree.Tree, owner tree.Owner) error {
	raw, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return err
	}
	for _, dir := range stateDirs(owner) {
		if entry, err := t.Lstat(dir.path); err != nil {
			return err
		} else if _, err := t.MakeDir(dir.path, dir.owner, dir.modeFor(entry)); err != nil {
			return err
		}
	}
	return t.Write(ledgerPath, append(raw, '\n'), owner, 0o600)
}

func (l ledger) clone() ledger {
	l.Files, l.Agents = maps.Clone(l.Files), maps.Clone(l.Agents)
	l.Providers, l.Restart, l.Workspaces = slices.Clone(l.Providers), slices.Clone(l.Restart), slices.Clone(l.Workspaces)
	return l
}

func (l ledger) equal(other ledger) bool {
	normal := func(l ledger) ledger {
		l = l.clone()
		if len(l.Providers) == 0 {
			l.Providers = nil
		}
		if len(l.Restart) == 0 {
			l.Restart = nil
		}
		if len(l.Workspaces) == 0 {
			l.Workspaces = nil
		}
		return l
	}
	return reflect.DeepEqual(normal(l), normal(other))
}
