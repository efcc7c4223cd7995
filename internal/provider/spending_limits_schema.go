package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func spendingLimitsSchema() schema.Schema {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return schema.Schema{
		MarkdownDescription: "What an account, or one machine of it, may spend. The meter holds the limits: it stops a machine that reaches " +
			"one, and starts it again when the next day begins or the limit is raised. Needs `meter` in the provider block.\n\n" +
			"Limits of an account and of its machines hold beside each other: a machine stops at whichever cap is reached first, its own " +
			"counting what it spends and the account's what all machines do. A machine's own `max_session` and `control_plane_loss_grace` go " +
			"before its account's.\n\n" +
			"Limits that another tool changed show in the plan, and apply restores them. Destroying the resource takes the limits away. " +
			"Limits that are there when the resource is created, and say something else, are not written over: import them.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The account; with `instance_id`, that after a slash.",
			},
			"account": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				Validators:          []validator.String{checked{want: "the name of an account", check: checkAccount}},
				MarkdownDescription: "Billing account, as `account` of a `tropic_instance`. A change replaces the resource.",
			},
			"instance_id": schema.StringAttribute{
				Optional: true, PlanModifiers: replace,
				Validators: []validator.String{checked{want: "an EC2 instance id", check: checkInstanceID}},
				MarkdownDescription: "Machine of the account to limit: `id` of a `tropic_instance`. Default: none, which limits the account as a " +
					"whole. A change replaces the resource.",
			},
			"daily_credit_cap": schema.NumberAttribute{
				Optional:   true,
				Validators: []validator.Number{creditCapValue{}},
				MarkdownDescription: "Credits that may be spent in a day, from midnight to midnight in `time_zone` of the account; more than 0, " +
					"with any number of decimals, counted in quanta, of which 3,600,000,000 make a credit. Default: no cap. Changed in place.",
			},
			"max_session": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{checked{want: "a duration of whole seconds", check: checkSessionLength}},
				MarkdownDescription: "How long a machine may run from its start, as a Go duration of whole seconds, such as `8h` or `1h30m`. " +
					"Default: no limit; for a machine, its account's. Changed in place.",
			},
			"control_plane_loss_grace": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{checked{want: "a duration of whole seconds", check: checkGraceLength}},
				MarkdownDescription: "How much longer than usual a machine runs on while the meter cannot be reached, as a Go duration of whole " +
					"seconds, such as `1h`, at most `168h`. It is billed, and never lets a machine run past its credits or limits as " +
					"they were known when the meter was lost. Default: none, a machine then stops within 15 minutes; for a machine, its " +
					"account's. Changed in place.",
			},
			"time_zone": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{checked{want: "an IANA time zone", check: checkZone}},
				MarkdownDescription: "Time zone that the account's days are counted in, by its IANA name, such as `Europe/Berlin`; not with " +
					"`instance_id`. Default: UTC. Changed in place.",
			},
		},
	}
}
