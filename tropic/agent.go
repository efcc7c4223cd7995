package tropic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/templates"
)

// AgentService keeps the agents of machines.
type AgentService struct {
	c      *Client
	recent recentSlugs
}

// AgentSpec is what an agent is to be.
type AgentSpec struct {
	Slug     string // directory name of the workspace, and id in OpenClaw
	Name     string // for people; default the slug
	Template string // built-in template to start from (package templates), or empty
	Model    string // "provider/model-id"; default the machine's
	PolicyID string // policy that guards it, or empty
	// Files are workspace files, by relative path; they replace those of the template.
	Files map[string]string
}

// Agent is an agent and how it does.
type Agent struct {
	InstanceID string
	manifest.Agent
	Digest  string // of the document
	State   manifest.AgentState
	Message string // why it failed
}

// Document returns the desired-state document of the spec: the template rendered, with the spec's files over it. The error
// joins every fault.
func (spec AgentSpec) Document() (manifest.Agent, error) {
	name := cmp.Or(spec.Name, spec.Slug)
	doc := manifest.Agent{
		Slug: spec.Slug, Name: name, Model: spec.Model, Template: spec.Template, PolicyID: spec.PolicyID, Files: map[string]string{},
	}
	var faults faultList
	if spec.Template != "" {
		files, err := templates.Render(spec.Template, templates.Values{Name: name, Slug: spec.Slug})
		if err != nil {
			faults.add(invalid("agent "+spec.Slug, "template", spec.Template, "cannot be used: "+err.Error(), ""))
		} else {
			doc.Files = files
		}
	}
	maps.Copy(doc.Files, spec.Files)
	faults.add(validation("agent", doc.Validate()))
	return doc, faults.err()
}

// Put creates or replaces an agent and has a running machine reconcile; on a stopped one the agent stays provisioning
// until it boots. A machine holds manifest.MaxAgents; one more is ErrConflict, caused by ErrMachineFull, also when several
// clients race for the last place.
//
// Once the document is stored, a machine that does not answer is a late failure: the agent is returned together with
// the error, and the machine catches up at its next poke or boot.
func (s *AgentService) Put(ctx context.Context, instanceID string, spec AgentSpec) (*Agent, error) {
	doc, err := spec.Document()
	if err != nil {
		return nil, err
	}
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return nil, err
	}
	if doc.PolicyID != "" {
		if _, err := s.c.Policies.Get(ctx, doc.PolicyID); err != nil {
			return nil, missingPolicy(doc, err)
		}
	}
	before, err := s.policyOf(ctx, instance.ID, doc.Slug)
	if err != nil {
		return nil, err
	}
	if err := s.write(ctx, instance, doc); err != nil {
		return nil, err
	}
	if err := s.tagPolicies(ctx, instance, before); err != nil {
		return nil, err
	}
	poked := s.c.pokeIfRunning(ctx, instance)
	agent, err := s.Get(ctx, instanceID, doc.Slug)
	return agent, errors.Join(err, poked)
}

func missingPolicy(doc manifest.Agent, err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	e := invalid("agent "+doc.Slug, "policy_id", doc.PolicyID, "names no policy", "the id of an existing policy")
	e.Err = err
	return e
}

// write stores the document unless the machine is full. The lock keeps this process's agents in line; against other
// processes a surplus withdraws after it is written.
func (s *AgentService) write(ctx context.Context, instance *Instance, doc manifest.Agent) error {
	unlock, err := s.c.locks.lock(ctx, "agents/"+instance.ID)
	if err != nil {
		return failure("creating", "agent", doc.Slug, err)
	}
	defer unlock()
	slugs, err := s.slugs(ctx, instance.ID)
	if err != nil {
		return err
	}
	isNew := !slices.Contains(slugs, doc.Slug)
	// One too many that is there already was left by a client that died before it gave way.
	if len(slugs) > manifest.MaxAgents || isNew && len(slugs) == manifest.MaxAgents {
		return full(instance, doc.Slug, slugs)
	}
	if err := s.c.writeDocument(ctx, instance, "agent "+doc.Slug+" of instance", manifest.AgentPath(instance.ID, doc.Slug), doc); err != nil {
		return tooLarge("agent", doc.Slug, err)
	}
	s.recent.add(instance.ID, doc.Slug, s.c.clock.Now())
	if !isNew {
		return nil
	}
	return s.withdrawSurplus(ctx, instance, doc.Slug)
}

// withdrawSurplus gives way when several clients filled the machine at once. Every one of them that sees too many gives
// way, so in a tie the last place may stay empty; it is never taken twice.
func (s *AgentService) withdrawSurplus(ctx context.Context, instance *Instance, slug string) error {
	slugs, err := s.slugs(ctx, instance.ID)
	if err != nil {
		return err
	}
	if len(slugs) <= manifest.MaxAgents {
		return nil
	}
	if err := manifest.Remove(ctx, s.c.store, manifest.AgentPath(instance.ID, slug)); err != nil {
		return failure("withdrawing", "agent", slug, err)
	}
	s.recent.remove(instance.ID, slug)
	return full(instance, slug, slices.DeleteFunc(slugs, func(other string) bool { return other == slug }))
}

func full(instance *Instance, slug string, slugs []string) error {
	return &Error{
		Op: "creating", Resource: "agent", ID: slug, Kind: ErrConflict, Field: "instance_id", Err: ErrMachineFull,
		Reason: fmt.Sprintf("machine %s (%s) has %d agents, the most it may run: %s", instance.Name, instance.ID, len(slugs), strings.Join(slugs, ", ")),
		Next:   "delete one of them, or put the agent on another machine",
	}
}

// tagPolicies keeps the machine's policy tags in step with its agents, so that an update of a policy can poke by tag. The
// policy called before guarded an agent until now: its tag may be there although a read does not show it yet.
func (s *AgentService) tagPolicies(ctx context.Context, instance *Instance, before string) error {
	unlock, err := s.c.locks.lock(ctx, "policy-tags/"+instance.ID)
	if err != nil {
		return failure("tagging", "instance", instance.ID, err)
	}
	defer unlock()
	docs, err := s.documents(ctx, instance.ID)
	if err != nil {
		return err
	}
	wanted := map[string]string{}
	for _, d := range docs {
		if d.PolicyID != "" {
			wanted[TagPolicyPrefix+d.PolicyID] = tagTrue
		}
	}
	fresh, err := s.c.Instances.read(ctx, instance.ID)
	if err != nil {
		return err
	}
	present := maps.Clone(fresh.tropicTags)
	if _, used := wanted[TagPolicyPrefix+before]; before != "" && !used {
		present[TagPolicyPrefix+before] = tagTrue
	}
	var stale []ec2types.Tag
	for key := range present {
		if !strings.HasPrefix(key, TagPolicyPrefix) {
			continue
		}
		if _, keep := wanted[key]; keep {
			delete(wanted, key)
			continue
		}
		stale = append(stale, ec2types.Tag{Key: aws.String(key)})
	}
	defer s.c.snapshot.machinesChanged()
	if len(wanted) > 0 {
		if _, err := s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{instance.ID}, Tags: ec2Tags(wanted)}); err != nil {
			return failure("tagging", "instance", instance.ID, err)
		}
	}
	if len(stale) > 0 {
		if _, err := s.c.ec2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: []string{instance.ID}, Tags: stale}); err != nil {
			return failure("removing tags of", "instance", instance.ID, err)
		}
	}
	return nil
}

// Delete removes an agent and has a connected machine reconcile; an absent agent, or one of a machine that is gone, is no
// error. What the agent wrote itself stays on the machine.
func (s *AgentService) Delete(ctx context.Context, instanceID, slug string) error {
	if err := firstError(validateInstanceID(instanceID), validation("agent", manifest.ValidateSlug(slug))); err != nil {
		return err
	}
	before, err := s.policyOf(ctx, instanceID, slug)
	if err != nil {
		return err
	}
	if err := manifest.Remove(ctx, s.c.store, manifest.AgentPath(instanceID, slug)); err != nil {
		return failure("deleting", "agent", slug, err)
	}
	s.recent.remove(instanceID, slug)
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.tagPolicies(ctx, instance, before); err != nil {
		return err
	}
	return s.c.pokeIfConnected(ctx, instance)
}
