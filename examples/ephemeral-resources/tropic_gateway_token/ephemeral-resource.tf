resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_cidrs               = []
  create_instance_profile = true
}

ephemeral "tropic_gateway_token" "desk" {
  instance_id = tropic_instance.desk.id
}

# Hand it to whatever takes an ephemeral value: a provider block, a provisioner's connection or a write-only attribute.
locals {
  gateway_token = ephemeral.tropic_gateway_token.desk.token
}
