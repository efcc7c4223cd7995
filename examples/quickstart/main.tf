# One machine for one user: a key to log in with, a policy, the machine, and two agents on it.

terraform {
  required_version = ">= 1.11"

  required_providers {
    tropic = {
      source = "tropicbot/tropic"
    }
  }
}

provider "tropic" {
  proxy_cidrs = var.proxy_cidrs
}

resource "tropic_ssh_key" "me" {
  name = "${var.name}-key"
}

resource "tropic_policy" "careful" {
  name = "${var.name}-careful"

  rules = <<-EOT
    ALLOW: browse any public website
    ALLOW: read files in workspace directory
    REQUIRE CONFIRM: send WhatsApp messages
    DENY: access /etc/passwd or system credentials
    DENY: run sudo or elevated commands
    DENY: outbound connections on port 22
  EOT
}

resource "tropic_instance" "desk" {
  name                    = var.name
  ssh_key                 = tropic_ssh_key.me.name
  ssh_cidrs               = var.ssh_cidrs
  create_instance_profile = true

  tags = {
    purpose = "quickstart"
  }
}

resource "tropic_agent" "researcher" {
  instance_id = tropic_instance.desk.id
  slug        = "researcher"
  name        = "Researcher"
  template    = "researcher"
  policy_id   = tropic_policy.careful.id
}

resource "tropic_agent" "assistant" {
  instance_id = tropic_instance.desk.id
  slug        = "assistant"
  name        = "Personal assistant"
  template    = "personal-assistant"
  policy_id   = tropic_policy.careful.id

  files = {
    "USER.md" = <<-EOT
      # About the person you work for
      They live in Singapore and prefer short answers.
    EOT
  }
}
