# Each call, and what the gate is to say about it. A plan is enough: what a policy compiles to is known then.

variables {
  calls = {
    "read a note"       = { tool = "read", params = { path = "notes/today.md" }, want = "ALLOW" }
    "build"             = { tool = "exec", params = { command = "make -j4 && git status" }, want = "ALLOW" }
    "read accounts"     = { tool = "read", params = { path = "../../../../../etc/passwd" }, want = "DENY" }
    "sudo, spelt oddly" = { tool = "exec", params = { command = "su\"do\"  id" }, want = "DENY" }
    "force push"        = { tool = "exec", params = { command = "git push -f" }, want = "DENY" }
    "what is left"      = { tool = "exec", params = { command = "python3 report.py" }, want = "CONFIRM" }
  }
}

run "decides" {
  command = plan

  assert {
    condition = alltrue([
      for call in values(var.calls) : call.want == provider::tropic::policy_decision(
        tropic_policy.careful.compiled, { tool = call.tool, params = call.params }
      ).decision
    ])
    error_message = join("\n", [
      for name, call in var.calls : "${name}: want ${call.want}, got ${jsonencode(provider::tropic::policy_decision(
        tropic_policy.careful.compiled, { tool = call.tool, params = call.params }
      ))}"
    ])
  }
}

run "holds_beside_the_packs" {
  command = plan

  assert {
    condition = provider::tropic::policy_decision(
      tropic_policy.careful.compiled, { tool = "exec", params = { command = "sudo id" } }, "base", "system", "owasp"
    ).decision == "DENY"
    error_message = "sudo is not denied"
  }
}
