locals {
  rules = <<-EOT
    ALLOW: read files in workspace directory
    DENY: outbound connections on port 22
    default = confirm
  EOT
}

# What the policy alone says: DENY, by line 2.
output "ssh" {
  value = provider::tropic::policy_decision(local.rules, { tool = "exec", params = { command = "ssh root@example.com" } })
}

# What is said on a machine, where the built-in packs hold too. The call may be JSON.
output "read" {
  value = provider::tropic::policy_decision(local.rules, jsonencode({ tool = "read", params = { path = "notes.md" } }), "base", "system", "owasp")
}
