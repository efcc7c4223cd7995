resource "tropic_ssh_key" "me" {
  name = "me"
}

ephemeral "tropic_ssh_private_key" "me" {
  name = tropic_ssh_key.me.name
}

# Hand it to whatever takes an ephemeral value: a provider block, a provisioner's connection or a write-only attribute.
locals {
  private_key = ephemeral.tropic_ssh_private_key.me.private_key
}
