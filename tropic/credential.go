package tropic

import "context"

// CredentialService keeps the model API keys of machines.
type CredentialService struct{ c *Client }

// Put stores the key of a model provider for a machine and pokes it.
func (s *CredentialService) Put(ctx context.Context, instanceID, provider, key string) error {
	return errPending
}

// write stores the key without poking; Provision uses it.
func (s *CredentialService) write(ctx context.Context, instance *Instance, provider, key string) error {
	return errPending
}

// Delete removes a key and pokes the machine; an absent key is no error.
func (s *CredentialService) Delete(ctx context.Context, instanceID, provider string) error {
	return errPending
}

// List returns the names of the providers that have a key, sorted; never the keys.
func (s *CredentialService) List(ctx context.Context, instanceID string) ([]string, error) {
	return nil, errPending
}
