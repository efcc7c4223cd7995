# A package of 1,000 credits lasts 65454 seconds, some 18 hours.
output "seconds" {
  value = provider::tropic::runtime_for_credits(1000, "t3.micro", "anthropic/claude-sonnet-4-6")
}

output "hours_with_own_key" {
  value = provider::tropic::runtime_for_credits(1000, "t3.micro", null) / 3600
}
