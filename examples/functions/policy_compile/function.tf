output "cedar" {
  value = provider::tropic::policy_compile(<<-EOT
    ALLOW: read files in workspace directory
    DENY: run sudo or elevated commands
    default = confirm
  EOT
  )
}
