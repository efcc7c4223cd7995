resource "tropic_ssh_key" "desk" {
  name = "desk-key"
}

variable "anthropic_api_key" {
  description = "Your own key. Terraform keeps it in no state and no plan."
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
}

resource "tropic_instance" "desk" {
  name                    = "desk"
  instance_type           = "t3.small"
  model                   = "anthropic/claude-sonnet-4-6"
  ssh_key                 = tropic_ssh_key.desk.name
  ssh_cidrs               = ["203.0.113.7/32"]
  proxy_cidrs             = ["198.51.100.10/32"]
  allowed_origins         = ["https://tropic.bot"]
  create_instance_profile = true

  # Pay only for compute, with a model API key of your own. Raise the version whenever the key changes.
  api_key             = "own"
  api_keys_wo         = { anthropic = var.anthropic_api_key == null ? "replace-me" : var.anthropic_api_key }
  api_keys_wo_version = "2026-11-01"

  tags = {
    team = "research"
  }

  timeouts = {
    create = "15m"
  }
}
