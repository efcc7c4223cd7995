data "tropic_balance" "default" {
  account = "default"

  # How long would credits last with one more machine?
  with_machine = {
    instance_type = "t3.micro"
    model         = "anthropic/claude-sonnet-4-6"
  }
}

output "credits" {
  value = data.tropic_balance.default.credits
}

check "lasts_a_day" {
  assert {
    condition     = data.tropic_balance.default.hours_left_with_machine >= 24
    error_message = "The account's credits would last less than a day with one more machine."
  }
}
