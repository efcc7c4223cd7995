output "instance_name" {
  description = "Name of the machine."
  value       = tropic_instance.desk.name
}

output "instance_id" {
  description = "EC2 id of the machine."
  value       = tropic_instance.desk.id
}

output "public_ip" {
  description = "Public address of the machine; null while it is stopped."
  value       = tropic_instance.desk.public_ip
}

output "status" {
  description = "What the machine reported at its last reconcile."
  value       = tropic_instance.desk.status
}

output "open_to" {
  description = "Who may reach the machine, and on which port."
  value       = [for rule in tropic_instance.desk.ingress : "${rule.from_port} from ${rule.source}"]
}

output "agents" {
  description = "The agents, by slug, and how they do."
  value       = { for agent in [tropic_agent.researcher, tropic_agent.assistant] : agent.slug => agent.status }
}
