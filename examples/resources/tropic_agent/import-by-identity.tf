import {
  to = tropic_agent.bookkeeper
  identity = {
    instance_id = "i-0123456789abcdef0"
    slug        = "bookkeeper"
  }
}
