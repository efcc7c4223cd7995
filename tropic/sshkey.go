package tropic

import (
	"context"
	"time"
)

// SSHKeyService keeps Ed25519 key pairs made by EC2.
type SSHKeyService struct{ c *Client }

// SSHKey is a key pair without its private half.
type SSHKey struct {
	Name, KeyPairID, ARN, Fingerprint string
	PublicKey                         string // OpenSSH line
	CreatedAt                         time.Time
}

// keyPairName is the name of the EC2 key pair of the SSH key called name.
func keyPairName(name string) string { return "tropic-" + name }

// Create makes a key pair and puts its private half into a SecureString.
func (s *SSHKeyService) Create(ctx context.Context, name string) (*SSHKey, error) {
	return nil, errPending
}

// Get returns a key, or ErrNotFound.
func (s *SSHKeyService) Get(ctx context.Context, name string) (*SSHKey, error) {
	return nil, errPending
}

// List returns all keys, sorted by name.
func (s *SSHKeyService) List(ctx context.Context) ([]*SSHKey, error) { return nil, errPending }

// Delete removes both halves; an absent key is no error.
func (s *SSHKeyService) Delete(ctx context.Context, name string) error { return errPending }

// PrivateKey returns the private half, an OpenSSH PEM.
func (s *SSHKeyService) PrivateKey(ctx context.Context, name string) (string, error) {
	return "", errPending
}
