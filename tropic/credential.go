package tropic

import (
	"context"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// CredentialService keeps the model API keys of machines, as SecureStrings the machine fetches itself.
type CredentialService struct{ c *Client }

// Put stores the key of a model provider for a machine and pokes it.
func (s *CredentialService) Put(ctx context.Context, instanceID, provider, key string) error {
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return err
	}
	if err := s.write(ctx, instance, provider, key); err != nil {
		return err
	}
	return s.c.pokeIfRunning(ctx, instance)
}

// write stores the key without poking; Provision uses it.
func (s *CredentialService) write(ctx context.Context, instance *Instance, provider, key string) error {
	if err := validation("credential", manifest.ValidateProvider(provider)); err != nil {
		return err
	}
	if strings.TrimSpace(key) == "" || strings.ContainsAny(key, "\r\n\x00") || len(key) > manifest.MaxParameterValue {
		return invalid("credential of "+provider, "api_keys", "", "has a key that is empty, too long or more than one line", "the bare key")
	}
	name := manifest.CredentialPath(instance.ID, provider)
	current, err := s.c.store.Get(ctx, name)
	if err != nil {
		return failure("reading", "credential of instance", instance.ID, err)
	}
	if current[name] == key {
		return nil
	}
	err = s.c.store.Put(ctx, name, key, manifest.PutOptions{Secret: true, Tags: parameterTags(instance)})
	return failure("storing", "credential of instance", instance.ID, err)
}

// Delete removes a key and pokes the machine; an absent key is no error.
func (s *CredentialService) Delete(ctx context.Context, instanceID, provider string) error {
	if err := validation("credential", manifest.ValidateProvider(provider)); err != nil {
		return err
	}
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return err
	}
	if err := s.c.store.Delete(ctx, manifest.CredentialPath(instanceID, provider)); err != nil {
		return failure("deleting", "credential of instance", instanceID, err)
	}
	return s.c.pokeIfRunning(ctx, instance)
}

// List returns the names of the providers that have a key, sorted; never the keys.
func (s *CredentialService) List(ctx context.Context, instanceID string) ([]string, error) {
	if err := validateInstanceID(instanceID); err != nil {
		return nil, err
	}
	prefix := manifest.CredentialsPath(instanceID)
	names, err := s.c.store.List(ctx, prefix)
	if err != nil {
		return nil, failure("listing", "credentials of instance", instanceID, err)
	}
	providers := make([]string, 0, len(names))
	for _, name := range names {
		providers = append(providers, strings.TrimPrefix(name, prefix+"/"))
	}
	return providers, nil
}
