import {
  to = tropic_policy.careful
  identity = {
    name = "careful"
  }
}
