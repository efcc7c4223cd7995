package tropic

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Sizes of tokens, in bytes; they are twice as many hexadecimal characters (product documentation, Gateway token).
const (
	gatewayTokenBytes = 24
	vmAPITokenBytes   = 32
)

// GatewayService keeps the tokens of machines' OpenClaw gateways.
type GatewayService struct{ c *Client }

// Token returns the gateway token, 48 hexadecimal characters, or ErrNotFound.
func (s *GatewayService) Token(ctx context.Context, instanceID string) (string, error) {
	if err := validateInstanceID(instanceID); err != nil {
		return "", err
	}
	name := manifest.GatewayTokenPath(instanceID)
	found, err := s.c.store.Get(ctx, name)
	if err != nil {
		return "", failure("reading", "gateway token of instance", instanceID, err)
	}
	token, ok := found[name]
	if !ok {
		return "", &Error{
			Op: "reading", Resource: "gateway token of instance", ID: instanceID, Kind: ErrNotFound,
			Reason: "parameter " + name + " is absent", Next: "provision the machine again, for example with terraform apply",
		}
	}
	return token, nil
}

// RotateToken replaces the gateway token and pokes the machine; open sessions of the old token disconnect.
func (s *GatewayService) RotateToken(ctx context.Context, instanceID string) error {
	instance, err := s.c.Instances.Get(ctx, instanceID)
	if err != nil {
		return err
	}
	if err := s.put(ctx, instance, manifest.GatewayTokenPath(instanceID), gatewayTokenBytes); err != nil {
		return err
	}
	return s.c.pokeIfRunning(ctx, instance)
}

// ensureTokens makes the gateway and VM API tokens of a machine unless they are there; Provision uses it.
func (s *GatewayService) ensureTokens(ctx context.Context, instance *Instance) error {
	sizes := map[string]int{
		manifest.GatewayTokenPath(instance.ID): gatewayTokenBytes,
		manifest.VMAPITokenPath(instance.ID):   vmAPITokenBytes,
	}
	for name, size := range sizes {
		found, err := s.c.store.Get(ctx, name)
		if err != nil {
			return failure("reading", "tokens of instance", instance.ID, err)
		}
		if _, ok := found[name]; ok {
			continue
		}
		if err := s.put(ctx, instance, name, size); err != nil {
			return err
		}
	}
	return nil
}

func (s *GatewayService) put(ctx context.Context, instance *Instance, name string, size int) error {
	raw := make([]byte, size)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	err := s.c.store.Put(ctx, name, hex.EncodeToString(raw), manifest.PutOptions{Secret: true, Tags: parameterTags(instance)})
	return failure("storing", "token of instance", instance.ID, err)
}

// pokeIfRunning has a running machine reconcile; any other catches up when it boots. A machine that is not connected
// yet is waited for, until the connect timeout after its launch: one that did not connect by then is not about to.
func (c *Client) pokeIfRunning(ctx context.Context, instance *Instance) error {
	launched := c.clock.Now().Sub(instance.LaunchTime)
	return c.pokeWithin(ctx, instance, max(0, c.settings.connectTimeout-launched))
}

// pokeIfConnected is pokeIfRunning without a wait, for what is not worth one: a machine that connects later reconciles
// when it boots.
func (c *Client) pokeIfConnected(ctx context.Context, instance *Instance) error {
	return c.pokeWithin(ctx, instance, 0)
}

func (c *Client) pokeWithin(ctx context.Context, instance *Instance, limit time.Duration) error {
	fresh, err := c.Instances.read(ctx, instance.ID)
	if err != nil {
		return err
	}
	if fresh.State != StateRunning && fresh.State != StatePending {
		return nil
	}
	_, err = c.Instances.connectAndPoke(ctx, instance.ID, limit)
	return err
}
