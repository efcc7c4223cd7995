# With Tropic's API key: compute and the model.
output "with_sonnet" {
  value = provider::tropic::credits_per_hour("t3.micro", "anthropic/claude-sonnet-4-6")
}

# With your own key: compute only.
output "own_key" {
  value = provider::tropic::credits_per_hour("t3.micro", null)
}

# At the prices of an instant; plantimestamp() serves well, too.
output "in_december" {
  value = provider::tropic::credits_per_hour("t3.small", "anthropic/claude-haiku-4-5", "2026-12-01T00:00:00Z")
}
