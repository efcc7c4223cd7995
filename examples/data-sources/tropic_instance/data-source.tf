resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_cidrs               = []
  create_instance_profile = true
}

data "tropic_instance" "desk" {
  name       = "desk"
  depends_on = [tropic_instance.desk]
}

output "security_group_id" {
  value = data.tropic_instance.desk.security_group_id
}
