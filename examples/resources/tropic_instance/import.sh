# By EC2 instance id.
terraform import tropic_instance.desk i-0123456789abcdef0
