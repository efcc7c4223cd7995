package tropic

import "context"

// GatewayService keeps the tokens of machines' OpenClaw gateways.
type GatewayService struct{ c *Client }

// Token returns the gateway token, 48 hexadecimal characters.
func (s *GatewayService) Token(ctx context.Context, instanceID string) (string, error) {
	return "", errPending
}

// RotateToken replaces the gateway token and pokes the machine.
func (s *GatewayService) RotateToken(ctx context.Context, instanceID string) error { return errPending }

// ensureTokens makes the gateway and VM API tokens of a machine unless they are there; Provision uses it.
func (s *GatewayService) ensureTokens(ctx context.Context, instance *Instance) error {
	return errPending
}
