# By name.
terraform import tropic_ssh_key.me me
