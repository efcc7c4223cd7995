package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// errNotProvisioned is returned for a machine that has no settings yet: nothing about it has been decided.
var errNotProvisioned = errors.New("this machine is not provisioned yet: it has no settings document")

// desired is what the store says of this machine. What cannot be used carries its error, so that it fails alone; what
// could not be read at all fails load.
type desired struct {
	settings       manifest.Settings
	settingsDigest string
	keys           []string
	keysDigest     string
	keysErr        error
	agents         []agent                 // by slug, at most manifest.MaxAgents
	surplus        []string                // slugs beyond
	policies       map[string]storedPolicy // those the agents name, by id
	credentials    map[string]string       // API keys by provider, usable ones only; secret
	providers      []string                // all providers to ask for next time: those seen and those missed, sorted
	gatewayToken   string                  // secret; empty when absent or malformed
	vmToken        string                  // secret; likewise
	status         manifest.Status         // as last written; zero when it cannot be told
	problems       []string
}

type agent struct {
	slug   string
	doc    manifest.Agent
	digest string // of the document, also of one that cannot be used; empty when unknown
	guard  guard
	err    error
}

type storedPolicy struct {
	doc     manifest.Policy
	digest  string
	listing string // what it compiles to
	err     error
}

var (
	gatewayTokenPattern = regexp.MustCompile(`^[0-9a-f]{48}$`)
	vmTokenPattern      = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// maxCandidates bounds how many agent heads are read, so that a store full of names cannot hold the machine up.
const maxCandidates = 4 * manifest.MaxAgents

// load reads the desired state. Known names are asked for directly, also those that the ledger remembers: a listing
// may lag behind, and an agent must not be removed because of that.
func load(ctx context.Context, store manifest.Store, instanceID string, l ledger) (desired, error) {
	d := desired{policies: map[string]storedPolicy{}, credentials: map[string]string{}}
	listed, err := store.List(ctx, manifest.InstancePath(instanceID))
	if err != nil {
		return d, fmt.Errorf("listing the desired state of %s: %w", instanceID, err)
	}
	slugs, providers := d.candidates(instanceID, listed, l)

	fixed := []string{
		manifest.SettingsPath(instanceID), manifest.AuthorizedKeysPath(instanceID),
		manifest.GatewayTokenPath(instanceID), manifest.VMAPITokenPath(instanceID), manifest.StatusPath(instanceID),
	}
	names := slices.Clone(fixed)
	for _, slug := range slugs {
		names = append(names, manifest.AgentPath(instanceID, slug))
	}
	for _, provider := range providers {
		names = append(names, manifest.CredentialPath(instanceID, provider))
	}
	r := &reader{ctx: ctx, store: store, prefix: manifest.InstancePath(instanceID), values: map[string]string{}}
	if err := r.fetchListed(listed, names); err != nil {
		return d, fmt.Errorf("reading the desired state of %s: %w", instanceID, err)
	}
	if !r.has(fixed[0]) {
		return d, errNotProvisioned
	}
	if err := d.readMachine(r, instanceID); err != nil {
		return d, err
	}
	d.readCredentials(r, instanceID, providers)
	if err := d.readAgents(r, instanceID, slugs); err != nil {
		return d, err
	}
	d.missKeys(instanceID, l)
	return d, d.readPolicies(r, l)
}

// candidates returns the slugs and providers to ask for: those that are on the machine first, then by name.
func (d *desired) candidates(instanceID string, listed []string, l ledger) (slugs, providers []string) {
	slugs = slices.Sorted(maps.Keys(l.Agents))
	providers = slices.Clone(l.Providers)
	refused := 0
	for _, name := range listed {
		if _, part := manifest.IsPart(name); part {
			continue
		}
		if slug, ok := strings.CutPrefix(name, manifest.AgentsPath(instanceID)+"/"); ok {
			switch {
			case manifest.ValidateSlug(slug) != nil || len(slugs) >= maxCandidates:
				refused++
			case !slices.Contains(slugs, slug):
				slugs = append(slugs, slug)
			}
		}
		if provider, ok := strings.CutPrefix(name, manifest.CredentialsPath(instanceID)+"/"); ok {
			if manifest.ValidateProvider(provider) != nil || len(providers) >= maxCandidates {
				refused++
			} else if !slices.Contains(providers, provider) {
				providers = append(providers, provider)
			}
		}
	}
	if refused > 0 {
		d.problem("%d parameters of this machine have a name that cannot be an agent or a model provider, or are too many; they were ignored", refused)
	}
	slices.Sort(providers)
	return slugs, providers
}

// readMachine reads what there is once. Settings that cannot be used fail the reconcile: nothing can be done without.
func (d *desired) readMachine(r *reader, instanceID string) error {
	header, err := r.document(manifest.SettingsPath(instanceID), &d.settings)
	if err == nil {
		err = d.settings.Validate()
	}
	if err != nil {
		return fmt.Errorf("settings of %s: %w", instanceID, err)
	}
	d.settingsDigest = header.Digest

	var keys manifest.AuthorizedKeys
	header, err = r.document(manifest.AuthorizedKeysPath(instanceID), &keys)
	if err == nil {
		err = keys.Validate()
	}
	switch {
	case err == nil:
		d.keys, d.keysDigest = keys.Keys, header.Digest
	case r.failed(err):
		return err
	case !errors.Is(err, manifest.ErrNotFound):
		d.keysErr = err
		d.problem("authorized keys were left as they are: %v", err)
	}
	if d.gatewayToken = r.values[manifest.GatewayTokenPath(instanceID)]; !gatewayTokenPattern.MatchString(d.gatewayToken) {
		d.gatewayToken = ""
	}
	if d.vmToken = r.values[manifest.VMAPITokenPath(instanceID)]; !vmTokenPattern.MatchString(d.vmToken) {
		d.vmToken = ""
		d.problem("token of the machine is absent or malformed; want 64 hexadecimal characters in %s",
			manifest.VMAPITokenPath(instanceID))
	}
	// A status that cannot be read is written anew.
	if _, err := r.document(manifest.StatusPath(instanceID), &d.status); err != nil {
		d.status = manifest.Status{}
	}
	return nil
}

func (d *desired) readCredentials(r *reader, instanceID string, providers []string) {
	for _, provider := range providers {
		key, found := r.values[manifest.CredentialPath(instanceID, provider)]
		if !found {
			continue
		}
		d.providers = append(d.providers, provider)
		if err := openclaw.ValidateKey(key); err != nil {
			d.problem("the API key of %s was left out of OpenClaw's .env: it %v", provider, err)
			continue
		}
		d.credentials[provider] = key
	}
}

// missKeys reports the model providers whose API key was deleted while agents use their models. The key is taken out of
// .env all the same: a key that its owner took back must stop working. The provider is remembered until its key comes
// back or nobody needs it; one that never had a key is not missed, as not every provider wants one.
func (d *desired) missKeys(instanceID string, l ledger) {
	if d.settings.APIKey != manifest.APIKeyOwn {
		return
	}
	users := map[string][]string{}
	for _, a := range d.agents {
		provider, _, _ := strings.Cut(cmp.Or(a.doc.Model, d.settings.Model), "/")
		users[provider] = append(users[provider], a.slug)
	}
	for _, provider := range l.Providers {
		if slices.Contains(d.providers, provider) || users[provider] == nil {
			continue
		}
		d.providers = append(d.providers, provider)
		d.problem("API key %s is gone, so these agents cannot use models of %s: %s",
			manifest.CredentialPath(instanceID, provider), provider, strings.Join(users[provider], ", "))
	}
	slices.Sort(d.providers)
}

func (d *desired) readAgents(r *reader, instanceID string, slugs []string) error {
	for _, slug := range slugs {
		name := manifest.AgentPath(instanceID, slug)
		if !r.has(name) {
			continue
		}
		if len(d.agents) == manifest.MaxAgents {
			d.surplus = append(d.surplus, slug)
			continue
		}
		a := agent{slug: slug}
		header, err := r.document(name, &a.doc)
		if r.failed(err) {
			return err
		}
		if a.digest = header.Digest; err != nil {
			a.digest = r.digest(name)
		} else if err = a.doc.Validate(); err == nil && a.doc.Slug != slug {
			err = fmt.Errorf("the document says it is of agent %q", a.doc.Slug)
		}
		a.err = err
		d.agents = append(d.agents, a)
	}
	if len(d.surplus) > 0 {
		slices.Sort(d.surplus)
		d.problem("agents %s were refused: a machine runs at most %d", strings.Join(d.surplus, ", "), manifest.MaxAgents)
	}
	slices.SortFunc(d.agents, func(a, b agent) int { return strings.Compare(a.slug, b.slug) })
	return nil
}

// readPolicies reads the policies that the agents name, and those of agents as last applied: an agent whose new
// document is of no use goes on under its old policy, and that one must be up to date.
func (d *desired) readPolicies(r *reader, l ledger) error {
	var ids []string
	for i, a := range d.agents {
		if id := l.Agents[a.slug].PolicyID; id != "" && manifest.ValidateName("policy_id", id) == nil {
			ids = append(ids, id)
		}
		if a.err == nil && a.doc.PolicyID != "" {
			ids = append(ids, d.agents[i].doc.PolicyID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var names []string
	for _, id := range ids {
		names = append(names, manifest.PolicyPath(id))
	}
	if err := r.fetch(names...); err != nil {
		return fmt.Errorf("reading policies: %w", err)
	}
	for _, id := range ids {
		var p storedPolicy
		header, err := r.document(manifest.PolicyPath(id), &p.doc)
		if r.failed(err) {
			return err
		}
		if err == nil {
			err = p.doc.Validate()
		}
		if err == nil && p.doc.ID != id {
			err = fmt.Errorf("the document says it is policy %q", p.doc.ID)
		}
		if err == nil {
			p.listing, err = compilePolicy(p.doc)
		}
		p.digest, p.err = header.Digest, err
		d.policies[id] = p
	}
	for i, a := range d.agents {
		if p := d.policies[a.doc.PolicyID]; a.err == nil && a.doc.PolicyID != "" && p.err != nil {
			d.agents[i].err = fmt.Errorf("policy %s: %w", a.doc.PolicyID, p.err)
		}
	}
	needed := map[string]bool{}
	for i, a := range d.agents {
		d.agents[i].guard = guardOf(a, l.Agents[a.slug])
		needed[d.agents[i].guard.id] = true
	}
	maps.DeleteFunc(d.policies, func(id string, _ storedPolicy) bool { return !needed[id] })
	return nil
}

func (d *desired) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}
