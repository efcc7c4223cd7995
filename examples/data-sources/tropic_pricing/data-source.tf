data "tropic_pricing" "now" {}

output "credits_per_hour" {
  value = { for price in concat(data.tropic_pricing.now.instance_types, data.tropic_pricing.now.models) : price.name => price.credits_per_hour }
}

output "dollars_per_credit" {
  value = [for package in data.tropic_pricing.now.packages : package.price_usd_cents / 100 / package.credits]
}
