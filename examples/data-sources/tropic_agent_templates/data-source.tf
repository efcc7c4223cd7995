data "tropic_agent_templates" "built_in" {}

output "templates" {
  value = { for template in data.tropic_agent_templates.built_in.templates : template.name => template.description }
}
