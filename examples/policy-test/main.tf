# A policy under test: `terraform test` runs policy.tftest.hcl, which needs no machine.

terraform {
  required_version = ">= 1.8"

  required_providers {
    tropic = {
      source = "tropicbot/tropic"
    }
  }
}

resource "tropic_policy" "careful" {
  name    = "careful"
  default = "confirm"

  rules = <<-EOT
    ALLOW: read files in workspace directory
    ALLOW: run `git` or `make`
    DENY: access /etc/passwd or system credentials
    DENY: run sudo or elevated commands
  EOT

  cedar = <<-EOT
    @id("no-force-push")
    @reason("Ask a colleague to merge instead.")
    forbid (principal, action == Action::"tool_call", resource == Tool::"Bash")
    when { context.flags.contains("git --force") };
  EOT
}
