package reconcile

import (
	"bytes"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// Where the gate finds the policies that it enforces: Cedar, one file an agent, and none for an agent without a policy. A
// file has a default of its own (package policy, Listing).
const (
	gateDir       = etcDir + "/gate"
	gateAgentsDir = gateDir + "/agents"
)

// maxGate bounds a file of the gate that is read; it is what the gate itself reads.
const maxGate = 1 << 20

func gatePath(slug string) string { return gateAgentsDir + "/" + slug + ".cedar" }

// compilePolicy gives the text of a policy as the gate of this machine is to load it. Policies are compiled here and not
// where they are written, so that language and gate are of one version.
func compilePolicy(p manifest.Policy) (string, error) {
	compiled, err := policy.Text{Rules: p.Rules, Cedar: p.Cedar, Default: policy.Default(p.Default)}.Compile()
	if err != nil {
		return "", err
	}
	return compiled.Listing(p.Cedar), nil
}

// guard is the policy that an agent runs under: its document's, or for a document of no use the one before.
type guard struct {
	id string
	// required is true for an agent that must not run unguarded, even if its policy is of no use.
	required bool
}

func guardOf(a agent, before appliedAgent) guard {
	if a.err == nil {
		return guard{a.doc.PolicyID, a.doc.PolicyID != ""}
	}
	return guard{before.PolicyID, before.PolicyID != "" || a.doc.PolicyID != ""}
}

// addGate adds what the gate loads for an agent. A policy of no use leaves the last good one; without such nothing is
// allowed.
func (w *wanted) addGate(t *tree.Tree, who accounts, d desired, a agent) {
	if !a.guard.required {
		return
	}
	f := file{path: gatePath(a.slug), owner: who.root, mode: 0o644, group: gateGroup(a.slug)}
	p, found := d.policies[a.guard.id]
	switch last, good := lastGood(t, f.path); {
	case found && p.err == nil:
		f.content = fmt.Appendf(nil, "// Agent %s: policy %s, %s\n%s", a.slug, a.guard.id, p.digest, p.listing)
	case good:
		f.content = last
	default:
		f.content = denyAll(a.slug, a.err)
	}
	w.files = append(w.files, f)
}

// lastGood reads what the gate has of an agent.
func lastGood(t *tree.Tree, name string) ([]byte, bool) {
	content, entry, err := t.Read(name, maxGate)
	if err != nil || entry.Kind != tree.File || bytes.Contains(content, []byte(unusable)) {
		return nil, false
	}
	return content, true
}

const unusable = `@id("policy-unusable")`

// denyAll is for an agent whose policy cannot be used. Why stands in a comment, where it cannot end a string.
func denyAll(slug string, why error) []byte {
	return fmt.Appendf(nil, "// Agent %s: nothing is allowed, since it has no policy that can be used: %s\n"+
		policy.Compiled{Default: policy.DefaultDeny}.Listing("")+`
%s
@title("The agent's policy cannot be used, so nothing is allowed")
@reason("A person must correct the policy; trying again gives the same answer.")
forbid(principal, action, resource);
`, slug, oneLine(why.Error()), unusable)
}
