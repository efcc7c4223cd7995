package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// policyAttributeNames maps fields of manifest.Policy to attributes, where the names differ.
var policyAttributeNames = attributeNames{"id": "name"}

// exampleRules is how many rules the documentation of the attribute shows.
const exampleRules = 6

type policyModel struct {
	ID       types.String `tfsdk:"id"`
	Name     types.String `tfsdk:"name"`
	Rules    types.String `tfsdk:"rules"`
	Cedar    types.String `tfsdk:"cedar"`
	Default  types.String `tfsdk:"default"`
	Compiled types.String `tfsdk:"compiled"`
	Digest   types.String `tfsdk:"digest"`
}

// document is the policy as the library knows it. A default that says what holds anyway is left out, so that a policy has
// one document however it is written.
func (m policyModel) document() manifest.Policy {
	p := manifest.Policy{
		ID: m.Name.ValueString(), Rules: m.Rules.ValueString(), Cedar: m.Cedar.ValueString(), Default: m.Default.ValueString(),
	}
	bare := p
	bare.Default = ""
	if compiled, err := tropic.CompilePolicy(bare); err == nil && string(compiled.Default) == p.Default {
		return bare
	}
	return p
}

// known reports whether every part of the document is.
func (m policyModel) known() bool {
	return !m.Name.IsUnknown() && !m.Rules.IsUnknown() && !m.Cedar.IsUnknown() && !m.Default.IsUnknown()
}

// setFrom takes over a document, and what follows from it. An empty text stays as it was written: null or "".
func (m *policyModel) setFrom(p manifest.Policy) error {
	compiled, err := tropic.CompilePolicy(p)
	if err != nil {
		return err
	}
	m.setCompiled(compiled, p.Cedar)
	return m.setText(p)
}

func (m *policyModel) setCompiled(c policy.Compiled, cedar string) {
	m.Default, m.Compiled = types.StringValue(string(c.Default)), types.StringValue(c.Listing(cedar))
}

func (m *policyModel) setText(p manifest.Policy) error {
	digest, err := manifest.Digest(p)
	if err != nil {
		return err
	}
	m.ID, m.Name = types.StringValue(p.ID), types.StringValue(p.ID)
	m.Rules = textOrPrior(p.Rules, m.Rules)
	m.Cedar = textOrPrior(p.Cedar, m.Cedar)
	m.Digest = types.StringValue(digest)
	return nil
}

// setStored takes over what is stored. It may be of a language that this provider does not read: then it is shown without
// what it means, and the plan says what is wrong with it.
func (m *policyModel) setStored(p manifest.Policy) error {
	compiled, err := tropic.CompilePolicy(p)
	if err == nil {
		m.setCompiled(compiled, p.Cedar)
	} else {
		m.Default, m.Compiled = textOrNull(p.Default), types.StringNull()
	}
	return m.setText(p)
}
