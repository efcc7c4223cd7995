package tropic

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// PolicyService keeps policies. A policy is shared: any agent of the account and region may name it.
type PolicyService struct{ c *Client }

// Policy is a stored policy.
type Policy struct {
	manifest.Policy
	Digest string // of the document
}

// Put creates or replaces a policy and pokes the machines that use it with one command, also when it is that already: an
// earlier Put may have died before it could.
func (s *PolicyService) Put(ctx context.Context, p manifest.Policy) (*Policy, error) {
	if err := ValidatePolicy(p); err != nil {
		return nil, err
	}
	header, _, err := manifest.Write(ctx, s.c.store, manifest.PolicyPath(p.ID), p,
		manifest.PutOptions{Tags: map[string]string{TagManaged: tagTrue}})
	if err != nil {
		return nil, tooLarge("policy", p.ID, failure("writing", "policy", p.ID, err))
	}
	return &Policy{Policy: p, Digest: header.Digest}, s.c.Commands.PokeTag(ctx, TagPolicyPrefix+p.ID, tagTrue)
}

// Get returns a policy, or ErrNotFound.
func (s *PolicyService) Get(ctx context.Context, id string) (*Policy, error) {
	if err := validation("policy", manifest.ValidateName("id", id)); err != nil {
		return nil, err
	}
	var p manifest.Policy
	header, err := manifest.Read(ctx, s.c.store, manifest.PolicyPath(id), &p)
	if errors.Is(err, manifest.ErrNotFound) {
		return nil, &Error{Op: "reading", Resource: "policy", ID: id, Kind: ErrNotFound, Reason: "there is no such policy in " + s.c.region}
	}
	if err != nil {
		return nil, failure("reading", "policy", id, err)
	}
	return &Policy{Policy: p, Digest: header.Digest}, nil
}

// List returns all policies, sorted by id.
func (s *PolicyService) List(ctx context.Context) ([]*Policy, error) {
	ids, err := s.c.documentNames(ctx, manifest.PoliciesPath())
	if err != nil {
		return nil, failure("listing", "policies", "", err)
	}
	out := make([]*Policy, 0, len(ids))
	for _, id := range ids {
		p, err := s.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Delete removes a policy; ErrConflict while an agent uses it. An absent policy is no error.
func (s *PolicyService) Delete(ctx context.Context, id string) error {
	if err := validation("policy", manifest.ValidateName("id", id)); err != nil {
		return err
	}
	users, err := s.users(ctx, id)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return &Error{
			Op: "deleting", Resource: "policy", ID: id, Kind: ErrConflict,
			Reason: "it guards " + strings.Join(users, ", "), Next: "give those agents another policy first, or delete them",
		}
	}
	return failure("deleting", "policy", id, manifest.Remove(ctx, s.c.store, manifest.PolicyPath(id)))
}

// users names the agents that have the policy, as "slug on instance".
func (s *PolicyService) users(ctx context.Context, id string) ([]string, error) {
	found, err := s.c.describeInstances(ctx, tagFilter(TagManaged, tagTrue), filter("tag-key", TagPolicyPrefix+id))
	if err != nil {
		return nil, failure("listing", "machines of policy", id, err)
	}
	var out []string
	for _, instance := range found {
		if !instance.alive() {
			continue
		}
		agents, err := s.c.Agents.documents(ctx, instance.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range agents {
			if a.PolicyID == id {
				out = append(out, fmt.Sprintf("agent %s on %s", a.Slug, instance.ID))
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// documentNames lists the documents directly below prefix, without their parts.
func (c *Client) documentNames(ctx context.Context, prefix string) ([]string, error) {
	names, err := c.store.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		rest := strings.TrimPrefix(name, prefix+"/")
		if _, part := manifest.IsPart(name); !part && !strings.Contains(rest, "/") {
			out = append(out, rest)
		}
	}
	return out, nil
}

// tooLarge says what to do about a document that does not fit.
func tooLarge(resource, id string, err error) error {
	if !errors.Is(err, manifest.ErrTooLarge) {
		return err
	}
	return &Error{
		Op: "writing", Resource: resource, ID: id, Kind: ErrValidation, Field: "files", Reason: err.Error(), Err: err,
		Next: "make it smaller: about 180 kB of compressed text fit",
	}
}
