data "tropic_statement" "october" {
  account = "default"
  from    = "2026-10-01T00:00:00Z"
  to      = "2026-11-01T00:00:00Z"
}

output "spent" {
  value = data.tropic_statement.october.totals.charged.credits
}

output "spent_by_machine" {
  value = {
    for machine, credits in {
      for line in data.tropic_statement.october.lines : line.instance_id => - line.credits... if line.entry == "charge"
    } : machine => sum(credits)
  }
}
