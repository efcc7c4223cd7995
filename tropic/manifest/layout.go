package manifest

import "strings"

// Where documents lie (contract 4.2).
const (
	instancesPrefix = "/tropic/instances/"
	policiesPrefix  = "/tropic/policies/"
	sshKeysPrefix   = "/tropic/ssh-keys/"
)

// InstancePath is the prefix under which everything of one machine lies, without a trailing slash.
func InstancePath(instanceID string) string { return instancesPrefix + instanceID }

// SettingsPath is where a machine's Settings lie.
func SettingsPath(instanceID string) string { return InstancePath(instanceID) + "/settings" }

// AgentsPath is the prefix of a machine's agents, without a trailing slash.
func AgentsPath(instanceID string) string { return InstancePath(instanceID) + "/agents" }

// AgentPath is where one Agent lies.
func AgentPath(instanceID, slug string) string { return AgentsPath(instanceID) + "/" + slug }

// AuthorizedKeysPath is where a machine's AuthorizedKeys lie.
func AuthorizedKeysPath(instanceID string) string {
	return InstancePath(instanceID) + "/ssh/authorized-keys"
}

// CredentialsPath is the prefix of a machine's model API keys, without a trailing slash.
func CredentialsPath(instanceID string) string { return InstancePath(instanceID) + "/credentials" }

// CredentialPath is where the API key of one model provider lies, as a SecureString holding the bare key.
func CredentialPath(instanceID, provider string) string {
	return CredentialsPath(instanceID) + "/" + provider
}

// GatewayTokenPath is where the gateway token lies, as a SecureString of 48 hexadecimal characters.
func GatewayTokenPath(instanceID string) string { return InstancePath(instanceID) + "/gateway-token" }

// VMAPITokenPath is where the token between Tropic and the machine lies, as a SecureString of 64 hexadecimal characters.
func VMAPITokenPath(instanceID string) string { return InstancePath(instanceID) + "/vm-api-token" }

// StatusPath is where the machine writes its Status.
func StatusPath(instanceID string) string { return InstancePath(instanceID) + "/status" }

// PoliciesPath is the prefix of all policies, without a trailing slash.
func PoliciesPath() string { return strings.TrimSuffix(policiesPrefix, "/") }

// PolicyPath is where one Policy lies.
func PolicyPath(policyID string) string { return policiesPrefix + policyID }

// SSHPrivateKeyPath is where the private half of an SSH key lies, as a SecureString holding an OpenSSH PEM.
func SSHPrivateKeyPath(name string) string { return sshKeysPrefix + name + "/private" }
