import {
  to = tropic_ssh_key.me
  identity = {
    name = "me"
  }
}
