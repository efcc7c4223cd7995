package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

var instanceRate = schema.NumberAttribute{
	Computed: true,
	MarkdownDescription: "Credits the machine costs for each hour in which it runs: compute, and `model` unless `api_key` is `own`; a model " +
		"that an agent names changes nothing. Known at plan time, unless one of its prices changes in the seven days to come. Prices " +
		"are those of the last refresh, or of the plan that changes the machine; null when something has no price.",
}

// planLife is how long a plan may wait for its apply. Terraform plans anew at the apply and takes another rate than was shown
// for a fault of the provider; so a rate that a coming price will change is not shown within that time.
const planLife = 7 * 24 * time.Hour

// machineRate is what a machine costs an hour; null when something it is made of has no price.
func (p prices) machineRate(m instanceModel) types.Number {
	if !allKnown(m.InstanceType, m.Model, m.APIKey) {
		return types.NumberUnknown()
	}
	model := m.chargedModel()
	if model == "" && !m.ownKey() { // the tag is gone; compute alone would be too little
		return types.NumberNull()
	}
	rate, err := p.book.Running(m.InstanceType.ValueString(), model, p.at)
	if err != nil {
		return types.NumberNull()
	}
	return rateNumber(rate)
}

// plannedRate is the rate after an apply. It stays what the last refresh found unless the machine changes, so that neither
// a new price nor a state from before the attribute was there is a change of its own.
func (p prices) plannedRate(plan, state instanceModel) types.Number {
	if plan.costsLike(state) {
		return state.CreditsPerHour
	}
	if len(p.book.Changes(plan.InstanceType.ValueString(), plan.chargedModel(), p.at, p.at.Add(planLife))) > 0 {
		return types.NumberUnknown()
	}
	return p.machineRate(plan)
}

// settledRate is the rate to save: what was planned, and if that was not known, what has become known since.
func (p prices) settledRate(plan instanceModel) types.Number {
	if plan.CreditsPerHour.IsUnknown() {
		return p.machineRate(plan)
	}
	return plan.CreditsPerHour
}

// costsLike reports whether two machines are made of the same priced things.
func (m instanceModel) costsLike(other instanceModel) bool {
	return m.InstanceType.Equal(other.InstanceType) && m.Model.Equal(other.Model) && m.APIKey.Equal(other.APIKey)
}

func (m instanceModel) ownKey() bool { return m.APIKey.ValueString() == string(manifest.APIKeyOwn) }

// chargedModel is the model as the price book wants it: none with the user's own key.
func (m instanceModel) chargedModel() string {
	if m.ownKey() {
		return ""
	}
	return m.Model.ValueString()
}
