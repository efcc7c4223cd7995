terraform {
  required_version = ">= 1.11"

  required_providers {
    tropic = {
      source = "tropicbot/tropic"
    }
  }
}

provider "tropic" {
  region = "us-east-1"

  # The addresses of your Tropic proxy: the only ones that reach the OpenClaw UI of a machine.
  proxy_cidrs = ["198.51.100.10/32"]

  # Where credits are counted. The token is in the variable TROPIC_METER_TOKEN.
  meter = {
    url = "https://meter.example.com"
  }
}
