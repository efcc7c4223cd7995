import {
  to = tropic_instance.desk
  identity = {
    id = "i-0123456789abcdef0"
  }
}
