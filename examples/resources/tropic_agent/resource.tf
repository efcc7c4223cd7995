resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_cidrs               = []
  create_instance_profile = true
}

resource "tropic_policy" "careful" {
  name  = "careful"
  rules = "REQUIRE CONFIRM: send WhatsApp messages"
}

# From a built-in template, with one file of your own beside it.
resource "tropic_agent" "bookkeeper" {
  instance_id = tropic_instance.desk.id
  slug        = "bookkeeper"
  name        = "Bookkeeper"
  template    = "bookkeeper"
  policy_id   = tropic_policy.careful.id

  files = {
    "USER.md" = "The books are kept in Singapore dollars; the year ends in March.\n"
  }
}

# All of your own.
resource "tropic_agent" "poet" {
  instance_id = tropic_instance.desk.id
  slug        = "poet"
  model       = "anthropic/claude-opus-4-6"

  files = {
    "AGENTS.md" = "Answer in four lines that rhyme.\n"
    "SOUL.md"   = "You love the sea.\n"
  }
}
