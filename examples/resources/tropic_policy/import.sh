# By name.
terraform import tropic_policy.careful careful
