package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Wanted states of a machine.
const (
	desiredRunning = "running"
	desiredStopped = "stopped"
)

func instanceSchema(ctx context.Context) schema.Schema {
	s := schema.Schema{
		MarkdownDescription: "A machine of its own for one user: an EC2 instance with OpenClaw on it, the security group around it and the " +
			"settings it reconciles to.\n\nWhat is slow or can fail late (the machine connecting, OpenClaw coming up) never taints the " +
			"machine: it is a warning, and `status` says how things stand.",
		Attributes: instanceArguments(),
	}
	for name, attribute := range instanceResults() {
		s.Attributes[name] = attribute
	}
	s.Attributes["timeouts"] = timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true, Delete: true,
		CreateDescription: "How long creating may take in all, including the wait for the machine to connect. Default `20m`.",
		UpdateDescription: "How long an update may take in all; a change of type stops and starts the machine. Default `20m`.",
		DeleteDescription: "How long terminating and cleaning up may take. Default `10m`.",
	})
	return s
}

// instanceArguments are what a configuration may set.
func instanceArguments() map[string]schema.Attribute {
	defaults := tropic.InstanceSpec{}.WithDefaults()
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the machine, unique in its account and region. A change replaces the machine.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"account": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(defaults.Account),
			MarkdownDescription: "Billing account the machine's credits are drawn from. Default `" + defaults.Account +
				"`. A change replaces the machine.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"instance_type": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(defaults.Type),
			MarkdownDescription: "EC2 instance type: " + codeList(tropic.InstanceTypes) + ". Default `" + defaults.Type +
				"`. A change stops the machine, changes it and starts it again; the plan warns of that.",
		},
		"ami": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the machine image. Default: the newest image called `tropic-openclaw-*` that the AWS account " +
				"owns in the region, chosen once, at creation. A change of a configured value replaces the machine.",
			PlanModifiers: []planmodifier.String{
				stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured(),
			},
		},
		"model": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(defaults.Model),
			MarkdownDescription: "Model of all agents that name none, as `provider/model-id`. Default `" + defaults.Model +
				"`. Changed in place.",
		},
		"api_key": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(string(defaults.APIKey)),
			MarkdownDescription: "Whose model API key pays: `tropic` (Tropic's, metered in credits) or `own` (yours, given in " +
				"`api_keys_wo`; only compute is charged). Default `" + string(defaults.APIKey) + "`. Changed in place.",
		},
		"api_keys_wo": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			Sensitive:   true,
			WriteOnly:   true,
			MarkdownDescription: "Your model API keys by provider, such as `{ anthropic = var.key }`: the whole set; a key that is left out " +
				"is removed from the machine. Write-only (Terraform 1.11 or later): kept encrypted in Parameter Store, never in state " +
				"or plan. Needs `api_keys_wo_version`.",
			Validators: []validator.Map{
				mapvalidator.KeysAre(checked{want: "a provider name", check: manifest.ValidateProvider}),
				mapvalidator.AlsoRequires(path.MatchRoot("api_keys_wo_version")),
			},
		},
		"api_keys_wo_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Any text; change it to have `api_keys_wo` sent again, for Terraform cannot see that a write-only value " +
				"changed. A date or the version of a secret serves well.",
			Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("api_keys_wo"))},
		},
		"ssh_key": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the `tropic_ssh_key` whose holder may log in as user `ubuntu`. Default: none. Changed in place: " +
				"the machine gets the new key and drops the old one.",
		},
		"ssh_cidrs": schema.SetAttribute{
			ElementType: types.StringType,
			Optional:    true, Computed: true,
			MarkdownDescription: "Addresses that may reach port 22, in CIDR notation, such as `[\"203.0.113.7/32\"]`; `[]` closes the port. " +
				"Default: the caller's own address, detected when the machine is created and kept from then on. Changed in place.",
			PlanModifiers: []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		},
		"allow_ssh_from_anywhere": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Set `true` to let `ssh_cidrs` hold `0.0.0.0/0` or `::/0`, which are refused otherwise. Default `false`.",
		},
		"proxy_cidrs": schema.SetAttribute{
			ElementType: types.StringType,
			Optional:    true, Computed: true,
			MarkdownDescription: "Addresses of the Tropic proxy, in CIDR notation, that may reach ports 80, 443 and 18789. Default: the " +
				"provider block's `proxy_cidrs`, else none. Changed in place.",
		},
		"allowed_origins": schema.SetAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Origins from which the OpenClaw UI may be opened, such as `[\"https://tropic.bot\"]`. Default: none. " +
				"Changed in place.",
		},
		"instance_profile": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(defaults.InstanceProfile),
			MarkdownDescription: "Name of the IAM instance profile the machine runs with. Default `" + defaults.InstanceProfile +
				"`. A change replaces the machine.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"create_instance_profile": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default: booldefault.StaticBool(false),
			MarkdownDescription: "Set `true` to have `instance_profile` and its least-privilege role made when they are absent. They are " +
				"shared by all machines that name them, so they stay when this machine is destroyed. Default `false`.",
		},
		"subnet_id": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Id of the subnet. Default: one of the default VPC, chosen by EC2. A change of a configured value replaces " +
				"the machine.",
			PlanModifiers: []planmodifier.String{
				stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured(),
			},
		},
		"desired_state": schema.StringAttribute{
			Optional: true, Computed: true,
			Default: stringdefault.StaticString(desiredRunning),
			MarkdownDescription: "`running` or `stopped`. Default `running`. A machine found otherwise is started or stopped by the next " +
				"apply, unless the meter holds it (`hold`).",
			Validators: []validator.String{oneOf("desired_state", desiredRunning, desiredStopped)},
		},
		"tags": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Your own tags on the instance, its volume and its security group. Keys beginning with `tropic:` or `aws:` " +
				"are reserved. Changed in place.",
		},
		"id": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "EC2 instance id, such as `i-0123456789abcdef0`.",
		},
	}
}

// instanceResults are what only AWS or the machine can say.
func instanceResults() map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"arn": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "ARN of the instance.",
		},
		"availability_zone": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Availability zone the machine lies in.",
		},
		"private_ip": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Private IPv4 address; it stays the same over stop and start.",
		},
		"security_group_id": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "Id of the security group made for this machine alone.",
		},
		"public_ip": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Public IPv4 address; null while the machine is stopped, and another one after each start.",
		},
		"state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "EC2's state of the instance: `pending`, `running`, `stopping` or `stopped` (source: DescribeInstances).",
		},
		"hold": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Why the meter keeps the machine stopped: `balance`, `daily-cap` or `session-max`; null when it does not. A " +
				"held machine is left stopped whatever `desired_state` says.",
		},
		"credits_per_hour": instanceRate,
		"settings_digest": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "SHA-256 of the settings document in Parameter Store. When someone edits or deletes the document the plan " +
				"shows a change here, and apply writes it anew.",
		},
		"ingress": schema.SetNestedAttribute{
			Computed: true,
			MarkdownDescription: "The security group's inbound rules as they really are. A rule added or removed by hand shows in the plan, " +
				"and apply restores the wanted set.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"protocol":  schema.StringAttribute{Computed: true, MarkdownDescription: "`tcp`, `udp`, `icmp` or `-1` (all)."},
				"from_port": schema.Int32Attribute{Computed: true, MarkdownDescription: "First port; -1 for all."},
				"to_port":   schema.Int32Attribute{Computed: true, MarkdownDescription: "Last port; -1 for all."},
				"source":    schema.StringAttribute{Computed: true, MarkdownDescription: "Where from, in CIDR notation."},
			}},
		},
		"status": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What the machine reported at its last reconcile (source: `/tropic/instances/<id>/status`).",
			Attributes: map[string]schema.Attribute{
				"connected": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether the machine has reported on its settings and now runs.",
				},
				"gateway": schema.StringAttribute{
					Computed: true,
					MarkdownDescription: "State of the OpenClaw gateway: `active`, `failed`, `starting` or `not-installed`; null before the " +
						"first report.",
				},
				"problems": schema.ListAttribute{
					ElementType: types.StringType, Computed: true,
					MarkdownDescription: "What went wrong at the last reconcile, in sentences; empty when nothing did.",
				},
			},
		},
	}
}
