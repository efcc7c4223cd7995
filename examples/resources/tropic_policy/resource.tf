resource "tropic_policy" "careful" {
  name = "careful"

  rules = <<-EOT
    ALLOW: browse any public website
    ALLOW: read files in workspace directory
    REQUIRE CONFIRM: download files larger than 10MB
    DENY: run sudo or elevated commands
  EOT

  # What the rule lines cannot say, in Cedar.
  cedar = <<-EOT
    @id("no-recursive-delete")
    forbid (principal, action == Action::"tool_call", resource == Tool::"Bash")
    when { context.flags.contains("rm --recursive") };
  EOT
}
