data "tropic_instances" "running" {
  states = ["running"]
}

output "addresses" {
  value = { for machine in data.tropic_instances.running.instances : machine.name => machine.public_ip }
}
