package tropic

import (
	"context"
	"maps"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// writeDesired stores everything a new machine is to be, each parameter tagged with the machine's ARN so that its role
// may read it. It is idempotent: what is there already is not written again.
func (s *InstanceService) writeDesired(ctx context.Context, instance *Instance, spec InstanceSpec) error {
	if err := s.c.ensureStatus(ctx, instance); err != nil {
		return err
	}
	if err := s.c.Gateway.ensureTokens(ctx, instance); err != nil {
		return err
	}
	if err := s.c.writeSettings(ctx, instance, spec.settings()); err != nil {
		return err
	}
	if err := s.c.writeAuthorizedKeys(ctx, instance, spec.SSHKey); err != nil {
		return err
	}
	for _, provider := range slices.Sorted(maps.Keys(spec.Credentials)) {
		if err := s.c.Credentials.write(ctx, instance, provider, spec.Credentials[provider]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) writeSettings(ctx context.Context, instance *Instance, settings manifest.Settings) error {
	return c.writeDocument(ctx, instance, "settings of instance", manifest.SettingsPath(instance.ID), settings)
}

// writeAuthorizedKeys lets the SSH key called name in, and nobody else; an empty name lets nobody in.
func (c *Client) writeAuthorizedKeys(ctx context.Context, instance *Instance, name string) error {
	keys := manifest.AuthorizedKeys{Keys: []string{}}
	if name != "" {
		key, err := c.SSHKeys.Get(ctx, name)
		if err != nil {
			return missingKey(name, err)
		}
		keys.Keys = []string{key.PublicKey}
	}
	return c.writeDocument(ctx, instance, "authorised keys of instance", manifest.AuthorizedKeysPath(instance.ID), keys)
}

// ensureStatus makes the parameter that the machine writes its status to: the machine may write only what carries its
// tag, and may not tag.
func (c *Client) ensureStatus(ctx context.Context, instance *Instance) error {
	name := manifest.StatusPath(instance.ID)
	present, err := c.store.Get(ctx, name)
	if err != nil {
		return failure("reading", "status of instance", instance.ID, err)
	}
	if _, found := present[name]; found {
		return nil
	}
	return c.writeDocument(ctx, instance, "status of instance", name, manifest.Status{InstanceID: instance.ID})
}

func (c *Client) writeDocument(ctx context.Context, instance *Instance, resource, name string, document any) error {
	_, _, err := manifest.Write(ctx, c.store, name, document, manifest.PutOptions{Tags: parameterTags(instance)})
	return failure("writing", resource, instance.ID, err)
}

// parameterTags are what every parameter of a machine carries.
func parameterTags(instance *Instance) map[string]string {
	return map[string]string{TagManaged: tagTrue, TagInstanceARN: instance.ARN}
}
