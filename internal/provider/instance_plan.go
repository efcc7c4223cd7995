package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// planChange works out, for a machine that exists, what AWS will say once the plan is applied. What is planned to differ
// from what was read is the whole of drift detection: a rule, a document or a power state that someone changed shows as
// a difference here, and so leads to an update.
func planChange(plan *instanceModel, state instanceModel, diags *diag.Diagnostics) {
	planIngress(plan, diags)
	planSettings(plan, diags)
	plan.Hold, plan.Status = state.Hold, state.Status
	planPower(plan, state, diags)
}

func planIngress(plan *instanceModel, diags *diag.Diagnostics) {
	plan.Ingress = types.SetUnknown(ingressType)
	if !allKnown(plan.SSHCIDRs, plan.ProxyCIDRs) {
		return
	}
	spec, err := plan.spec()
	if err != nil {
		diags.Append(errorDiagnostics("Reading the addresses", err, instanceAttributeNames)...)
		return
	}
	plan.Ingress = ingressSet(tropic.WantedIngress(spec.Ingress))
}

func planSettings(plan *instanceModel, diags *diag.Diagnostics) {
	plan.SettingsDigest = types.StringUnknown()
	if !allKnown(plan.Name, plan.Account, plan.Model, plan.APIKey, plan.AllowedOrigins) {
		return
	}
	digest, err := plan.settingsDigest()
	if err != nil {
		diags.Append(errorDiagnostics("Reading the settings", err, instanceAttributeNames)...)
		return
	}
	plan.SettingsDigest = types.StringValue(digest)
}

// planPower foresees the EC2 state and the public address, which EC2 takes away at a stop and gives anew at a start. A machine
// that is to be stopped is not held: the meter would start it again.
func planPower(plan *instanceModel, state instanceModel, diags *diag.Diagnostics) {
	plan.State, plan.PublicIP = state.State, state.PublicIP
	if plan.DesiredState.IsUnknown() || plan.InstanceType.IsUnknown() {
		plan.State, plan.PublicIP = types.StringUnknown(), types.StringUnknown()
		return
	}
	up := isUp(state.State.ValueString())
	wanted := plan.DesiredState.ValueString() == desiredRunning
	resized := plan.InstanceType.ValueString() != state.InstanceType.ValueString()
	held := state.Hold.ValueString() != ""

	switch {
	case wanted && held && !up:
		diags.AddAttributeWarning(path.Root("desired_state"), "The meter holds this machine",
			"Machine "+state.ID.ValueString()+" stays stopped because of `"+state.Hold.ValueString()+"`, although `desired_state` is "+
				"`running`.\n\nNext: top up or raise the limit; the meter starts the machine again.")
	case wanted:
		plan.State = types.StringValue(tropic.StateRunning)
		if state.State.ValueString() != tropic.StateRunning || resized {
			plan.PublicIP = types.StringUnknown()
		}
	default:
		plan.State, plan.Hold = types.StringValue(tropic.StateStopped), types.StringNull()
		plan.PublicIP = types.StringNull()
	}
	if resized && up && wanted {
		diags.AddAttributeWarning(path.Root("instance_type"), "The machine will be stopped and started",
			"EC2 changes the type of a stopped machine only. Machine "+state.ID.ValueString()+" is stopped, changed from "+
				state.InstanceType.ValueString()+" to "+plan.InstanceType.ValueString()+" and started; its agents pause for a minute or "+
				"two, and its public address changes.")
	}
}
