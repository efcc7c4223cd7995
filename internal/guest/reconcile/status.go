package reconcile

import (
	"context"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Limits of a status and a report (package manifest).
const (
	maxProblems = 8
	maxSentence = 200
	maxListed   = 200
)

// tell writes the status, unless the one in the store says the same.
func (r *run) tell(ctx context.Context) {
	r.describe()
	same := r.want.status
	same.ReportedAt = r.status.ReportedAt
	if reflect.DeepEqual(normalStatus(same), normalStatus(r.status)) {
		r.status.ReportedAt = r.want.status.ReportedAt
		return
	}
	if _, _, err := manifest.Write(ctx, r.Store, manifest.StatusPath(r.InstanceID), r.status, manifest.PutOptions{}); err != nil {
		r.problem("the status could not be written: %v", err)
		r.status.Problems = r.sentences(maxProblems, maxSentence)
	}
}

// describe fills in the status from what was done and found.
func (r *run) describe() {
	r.status.BootID = bootID()
	r.status.Settings, r.status.AuthorizedKeys = r.after.Settings, r.after.AuthorizedKeys
	for _, unit := range slices.Sorted(maps.Keys(r.status.Services)) {
		if s := r.status.Services[unit]; s.State == manifest.ServiceFailed {
			r.problem("service %s: %s", unit, s.Message)
		}
	}
	r.status.Agents = map[string]manifest.AgentStatus{}
	for _, a := range r.want.agents {
		status := r.agentStatus(a)
		if r.status.Agents[a.slug] = status; status.State == manifest.AgentFailed {
			r.problem("agent %s: %s", a.slug, status.Message)
		}
	}
	for _, slug := range r.want.surplus[:min(len(r.want.surplus), manifest.MaxAgents)] {
		r.status.Agents[slug] = manifest.AgentStatus{State: manifest.AgentFailed, Message: "refused: the machine is full"}
	}
	for _, g := range slices.Sorted(maps.Keys(r.failed)) {
		if _, ofAgent := g.slug(); !ofAgent || r.want.isSurplusOrGone(g) {
			r.problem("%s: %v", g, r.failed[g])
		}
	}
	r.fit()
}

// isSurplusOrGone reports whether no agent status speaks of a group's failure.
func (d *desired) isSurplusOrGone(g group) bool {
	slug, _ := g.slug()
	return !slices.ContainsFunc(d.agents, func(a agent) bool { return a.slug == slug })
}

// agentStatus never says ready of an agent that is not registered as its document wants, or whose gateway is down.
// The digest is that of the document the state speaks of.
func (r *run) agentStatus(a agent) manifest.AgentStatus {
	failed := func(reason string) manifest.AgentStatus {
		return manifest.AgentStatus{
			State: manifest.AgentFailed, Message: oneLine(reason), Digest: a.digest,
			Policy: r.after.Agents[a.slug].PolicyDigest,
		}
	}
	if err := r.agentError(a); err != nil {
		return failed(err.Error())
	}
	if r.after.Agents[a.slug] != r.applied(a) {
		return failed("openclaw.json could not be written: " + r.failed[groupConfig].Error())
	}
	if gateway := r.status.Services[service.Gateway]; gateway.State == manifest.ServiceFailed {
		return failed(service.Gateway + ": " + gateway.Message)
	}
	return manifest.AgentStatus{State: manifest.AgentReady, Digest: a.digest, Policy: r.want.policies[a.doc.PolicyID].digest}
}

// fit shortens sentences until the status fits in one parameter.
func (r *run) fit() {
	for _, limit := range []struct{ problems, sentence int }{{maxProblems, maxSentence}, {6, 150}, {4, 100}, {2, 60}, {1, 30}} {
		r.status.Problems = r.sentences(limit.problems, limit.sentence)
		for slug, a := range r.status.Agents {
			a.Message = shorten(a.Message, limit.sentence)
			r.status.Agents[slug] = a
		}
		for unit, s := range r.status.Services {
			s.Message = shorten(oneLine(s.Message), limit.sentence)
			r.status.Services[unit] = s
		}
		// The largest generation there can be, so that it fits for ever.
		encoded, err := manifest.Encode(manifest.StatusPath(r.InstanceID), 1<<62, r.status)
		if err == nil && len(encoded.Parts) == 0 {
			return
		}
	}
}

// sentences returns the problems, at most limit of them; the last then says how many more there are.
func (r *run) sentences(limit, length int) []string {
	var out []string
	for _, p := range r.problems {
		if p = shorten(p, length); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) > limit {
		out = append(out[:limit-1], "and more; see the machine's log")
	}
	return out
}

// report puts together what was done. Lists are cut at their limit.
func (r *run) report(took time.Duration) manifest.Report {
	if len(r.status.Problems) == 0 {
		r.status.Problems = r.sentences(maxProblems, maxSentence)
	}
	list := func(in []string) []string {
		out := append([]string{}, in...)
		return out[:min(len(out), maxListed)]
	}
	return manifest.Report{
		Status: r.status, Changed: list(r.changed), Removed: list(r.removed), Kept: list(r.kept),
		Restarted: list(r.restarted), Duration: took.Milliseconds(),
	}
}

func normalStatus(s manifest.Status) manifest.Status {
	if len(s.Agents) == 0 {
		s.Agents = nil
	}
	if len(s.Services) == 0 {
		s.Services = nil
	}
	if len(s.Problems) == 0 {
		s.Problems = nil
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten cuts a sentence at limit bytes, between characters.
func shorten(s string, limit int) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// bootID changes at every boot (random(4)); it is empty where the kernel does not say.
func bootID() string {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// Failure is the report of a reconcile that could not even begin.
func Failure(instanceID, version string, err error) manifest.Report {
	r := &run{Options: Options{InstanceID: instanceID, Version: version}.withDefaults(), outcome: newOutcome()}
	r.status = manifest.Status{InstanceID: instanceID, GuestVersion: version, ReportedAt: r.Now().UTC()}
	r.problem("%v", err)
	return r.report(0)
}
