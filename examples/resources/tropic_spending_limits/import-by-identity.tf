import {
  to = tropic_spending_limits.desk
  identity = {
    account     = "default"
    instance_id = "i-0123456789abcdef0" # left out: the account as a whole
  }
}
