# Of an account, by its name.
terraform import tropic_spending_limits.account default

# Of one machine: the account, a slash, the EC2 instance id.
terraform import tropic_spending_limits.desk default/i-0123456789abcdef0
