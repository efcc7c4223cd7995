resource "tropic_ssh_key" "me" {
  name = "me"
}

output "fingerprint" {
  value = tropic_ssh_key.me.fingerprint
}
