# By the machine's EC2 instance id and the agent's slug.
terraform import tropic_agent.bookkeeper i-0123456789abcdef0/bookkeeper
