package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// Terraform wraps messages to the width of a terminal, so the words of a wanted message may be apart by any white space
// and the bars of its box.
func saying(words string) *regexp.Regexp {
	parts := strings.Fields(words)
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `[\s│]+`))
}

// TestAccBadInput holds every refusal to its message, its attribute and the proof that AWS was asked to make nothing.
// Terraform points at the attribute by printing its line, which the message is expected to follow.
func TestAccBadInput(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ config, line, says string }{
		"host bit set": {
			config: `resource "tropic_instance" "x" {
  name      = "x"
  ssh_cidrs = ["203.0.113.7/24"]
}`, line: `ssh_cidrs = ["203.0.113.7/24"]`, says: "203.0.113.0/24",
		},
		"not an address": {
			config: `resource "tropic_instance" "x" {
  name        = "x"
  ssh_cidrs   = []
  proxy_cidrs = ["proxy.tropic.bot"]
}`, line: `proxy_cidrs = ["proxy.tropic.bot"]`, says: `"proxy.tropic.bot"`,
		},
		"SSH from anywhere": {
			config: `resource "tropic_instance" "x" {
  name      = "x"
  ssh_cidrs = ["0.0.0.0/0"]
}`, line: `ssh_cidrs = ["0.0.0.0/0"]`, says: "allow_ssh_from_anywhere",
		},
		"instance type": {
			config: `resource "tropic_instance" "x" {
  name          = "x"
  instance_type = "m5.24xlarge"
}`, line: `instance_type = "m5.24xlarge"`, says: "t3.micro, t3.small",
		},
		"instance name": {
			config: `resource "tropic_instance" "x" {
  name = "../x"
}`, line: `name = "../x"`, says: "letters, digits",
		},
		"model": {
			config: `resource "tropic_instance" "x" {
  name  = "x"
  model = "sonnet"
}`, line: `model = "sonnet"`, says: "provider/model-id",
		},
		"api key mode": {
			config: `resource "tropic_instance" "x" {
  name    = "x"
  api_key = "mine"
}`, line: `api_key = "mine"`, says: `"own"`,
		},
		"reserved tag": {
			config: `resource "tropic_instance" "x" {
  name = "x"
  tags = { "tropic:managed" = "false" }
}`, line: `tags = { "tropic:managed" = "false" }`, says: "tropic:",
		},
		"keys without version": {
			config: `resource "tropic_instance" "x" {
  name        = "x"
  api_keys_wo = { anthropic = "k" }
}`, line: `api_keys_wo = { anthropic = "k" }`, says: "api_keys_wo_version",
		},
		"desired state": {
			config: `resource "tropic_instance" "x" {
  name          = "x"
  desired_state = "paused"
}`, line: `desired_state = "paused"`, says: "running, stopped",
		},
		"region": {
			config: `provider "tropic" {
  region = "mars-1"
}
resource "tropic_ssh_key" "x" {
  name = "x"
}`, line: `region = "mars-1"`, says: "us-east-1",
		},
		"key name": {
			config: `resource "tropic_ssh_key" "x" {
  name = "my key"
}`, line: `name = "my key"`, says: "letters, digits",
		},
		"agent slug": {
			config: `resource "tropic_agent" "x" {
  instance_id = "i-0123456789abcdef0"
  slug        = "../../etc"
}`, line: `slug        = "../../etc"`, says: "lower-case letters, digits and hyphens",
		},
		"agent file": {
			config: `resource "tropic_agent" "x" {
  instance_id = "i-0123456789abcdef0"
  slug        = "x"
  files       = { "../../.ssh/authorized_keys" = "k" }
}`, line: `files       = { "../../.ssh/authorized_keys" = "k" }`, says: "inside the workspace",
		},
		"agent template": {
			config: `resource "tropic_agent" "x" {
  instance_id = "i-0123456789abcdef0"
  slug        = "x"
  template    = "reseracher"
}`, line: `template    = "reseracher"`, says: `did you mean "researcher"?`,
		},
		"empty policy": {
			config: `resource "tropic_policy" "x" {
  name  = "x"
  rules = ""
}`, line: `rules = ""`, says: "rule lines, Cedar text, or both",
		},
		"policy rule": {
			config: `resource "tropic_policy" "x" {
  name  = "x"
  rules = "PERMIT: everything"
}`, line: `rules = "PERMIT: everything"`, says: "line 1",
		},
		"policy phrase": {
			config: `resource "tropic_policy" "x" {
  name  = "x"
  rules = "DENY: run sudo\nDENY: sned WhatsApp messages"
}`, line: `rules = "DENY: run sudo\nDENY: sned WhatsApp messages"`, says: `line 2, column 7: "sned"`,
		},
		"policy cedar": {
			config: `resource "tropic_policy" "x" {
  name  = "x"
  cedar = "permit (principal, action"
}`, line: `cedar = "permit (principal, action"`, says: "cedar, line 1",
		},
		"policy schema": {
			config: `resource "tropic_policy" "x" {
  name  = "x"
  cedar = "@id(\"a\") forbid (principal, action, resource) when { context.comand == \"x\" };"
}`, line: `when { context.comand`, says: `"command", if that was meant`,
		},
		"policy default": {
			config: `resource "tropic_policy" "x" {
  name    = "x"
  rules   = "default = deny"
  default = "allow"
}`, line: `default = "allow"`, says: "line 1 of the rules",
		},
		"no default": {
			config: `resource "tropic_policy" "x" {
  name    = "x"
  rules   = "DENY: run sudo"
  default = "never"
}`, line: `default = "never"`, says: `"allow", "confirm" or "deny"`,
		},
		"rules in a function": {
			config: `output "x" {
  value = provider::tropic::policy_compile("DENNY: x\nDENY: frobnicate")
}`, line: `policy_compile("DENNY: x`, says: `line 2, column 7: "frobnicate"`,
		},
		"pack in a function": {
			config: `output "x" {
  value = provider::tropic::policy_decision("DENY: run sudo", { tool = "exec" }, "base", "sistem")
}`, line: `"sistem")`, says: `"system", if that was meant`,
		},
		"call in a function": {
			config: `output "x" {
  value = provider::tropic::policy_decision("DENY: run sudo", { command = "id" })
}`, line: `{ command = "id" })`, says: `"call" parameter: not a tool call`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newRecordCloud(t)
			c.run(t, resource.TestStep{
				Config: tc.config, PlanOnly: true,
				ExpectError: regexp.MustCompile(`(?s)` + saying(tc.line).String() + `.*` + saying(tc.says).String()),
			})
			if calls := c.takeCalls(); len(calls) > 2 { // what the check of leftovers asks
				t.Errorf("AWS was asked: %v", calls)
			}
		})
	}
}

// TestAccBadInput_known refuses what only AWS can know, before anything is made.
func TestAccBadInput_knownToAWS(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ config, says string }{
		"image": {config: `
  ami       = "ami-0123456789abcdef0"
  ssh_cidrs = []`, says: "InvalidAMIID.NotFound"},
		"ssh key": {config: `
  ssh_key   = "nobody"
  ssh_cidrs = []`, says: "nobody"},
		"profile": {config: `
  instance_profile = "nothing"
  ssh_cidrs        = []`, says: "create_instance_profile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newRecordCloud(t).withProfile(t)
			c.run(t, resource.TestStep{
				Config:      "resource \"tropic_instance\" \"x\" {\n  name = \"x\"" + tc.config + "\n}",
				ExpectError: saying(tc.says),
			})
			groups := 0
			for _, call := range c.takeCalls() {
				switch {
				case call.Code != "":
				case call.Operation == "CreateSecurityGroup":
					groups++
				case call.Operation == "DeleteSecurityGroup":
					groups--
				}
			}
			if groups != 0 {
				t.Errorf("%d security groups are left", groups)
			}
			if machines := c.server.Instances(); len(machines) > 0 {
				t.Errorf("machines %v exist", machines)
			}
		})
	}
}
