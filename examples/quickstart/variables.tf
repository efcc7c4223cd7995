variable "name" {
  description = "Name of the machine; the key and the policy take theirs from it."
  type        = string
  default     = "desk"
}

variable "ssh_cidrs" {
  description = "Addresses that may log in. Null means your own, detected when the machine is made."
  type        = set(string)
  default     = null
}

variable "proxy_cidrs" {
  description = "Addresses of your Tropic proxy, which alone may reach the OpenClaw UI."
  type        = set(string)
  default     = ["198.51.100.10/32"]
}
