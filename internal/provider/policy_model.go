package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// policyAttributeNames maps fields of manifest.Policy to attributes, where the names differ.
var policyAttributeNames = attributeNames{"id": "name"}

type policyModel struct {
	ID     types.String `tfsdk:"id"`
	Name   types.String `tfsdk:"name"`
	Rules  types.String `tfsdk:"rules"`
	Cedar  types.String `tfsdk:"cedar"`
	Digest types.String `tfsdk:"digest"`
}

// document is the policy as the library knows it.
func (m policyModel) document() manifest.Policy {
	return manifest.Policy{ID: m.Name.ValueString(), Rules: m.Rules.ValueString(), Cedar: m.Cedar.ValueString()}
}

// known reports whether every part of the document is.
func (m policyModel) known() bool {
	return !m.Name.IsUnknown() && !m.Rules.IsUnknown() && !m.Cedar.IsUnknown()
}

// setFrom takes over what is stored. An empty text stays as it was written: null or "".
func (m *policyModel) setFrom(p manifest.Policy) error {
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
