# The account as a whole. Its days begin at midnight in Berlin. Its machines run on for an hour longer than usual when the
# meter cannot be reached, though never past the account's credits.
resource "tropic_spending_limits" "account" {
  account                  = "default"
  daily_credit_cap         = 500
  time_zone                = "Europe/Berlin"
  control_plane_loss_grace = "1h"
}

resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_cidrs               = []
  create_instance_profile = true
}

# One machine of it: no more than 200 credits a day, and no longer than 8 hours at a stretch.
resource "tropic_spending_limits" "desk" {
  account          = tropic_instance.desk.account
  instance_id      = tropic_instance.desk.id
  daily_credit_cap = 200
  max_session      = "8h"
}
