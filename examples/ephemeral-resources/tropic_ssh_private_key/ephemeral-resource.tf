resource "tropic_ssh_key" "me" {
  name = "me"
}

# The id is the key's name, but known only once the key is made; so the first plan does not look for it.
ephemeral "tropic_ssh_private_key" "me" {
  name = tropic_ssh_key.me.id
}

# Hand it to whatever takes an ephemeral value: a provider block, a provisioner's connection or a write-only attribute.
locals {
  private_key = ephemeral.tropic_ssh_private_key.me.private_key
}
