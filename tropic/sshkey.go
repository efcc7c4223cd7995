package tropic

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// SSHKeyService keeps Ed25519 key pairs made by EC2.
type SSHKeyService struct{ c *Client }

// SSHKey is a key pair without its private half.
type SSHKey struct {
	Name, KeyPairID, ARN, Fingerprint string
	PublicKey                         string // OpenSSH line
	CreatedAt                         time.Time

	managed     bool
	completedAt time.Time // zero while its create has not finished
}

// keyPairName is the name of the EC2 key pair of the SSH key called name.
func keyPairName(name string) string { return "tropic-" + name }

// Get returns a key, or ErrNotFound, also when its private half is gone: nobody can use such a key.
func (s *SSHKeyService) Get(ctx context.Context, name string) (*SSHKey, error) {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return nil, err
	}
	pair, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	absent := &Error{Op: "reading", Resource: "SSH key", ID: name, Kind: ErrNotFound, Reason: "there is no such key in " + s.c.region}
	if pair == nil {
		return nil, absent
	}
	_, whole, err := s.private(ctx, name)
	if err != nil {
		return nil, err
	}
	if !whole {
		absent.Reason = "its private half, parameter " + manifest.SSHPrivateKeyPath(name) + ", is gone"
		return nil, absent
	}
	return pair, nil
}

// List returns all keys, sorted by name.
func (s *SSHKeyService) List(ctx context.Context) ([]*SSHKey, error) {
	return s.describe(ctx, tagFilter(TagManaged, tagTrue))
}

// Delete removes both halves, the secret one first; an absent key is no error. Machines keep the public half until their
// key changes.
func (s *SSHKeyService) Delete(ctx context.Context, name string) error {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return err
	}
	if err := s.c.store.Delete(ctx, manifest.SSHPrivateKeyPath(name)); err != nil {
		return failure("deleting the private half of", "SSH key", name, err)
	}
	return s.removePair(ctx, name)
}

// PrivateKey returns the private half, an OpenSSH PEM, or ErrNotFound.
func (s *SSHKeyService) PrivateKey(ctx context.Context, name string) (string, error) {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return "", err
	}
	key, found, err := s.private(ctx, name)
	if err != nil {
		return "", err
	}
	if !found {
		return "", &Error{
			Op: "reading the private half of", Resource: "SSH key", ID: name, Kind: ErrNotFound,
			Reason: "parameter " + manifest.SSHPrivateKeyPath(name) + " is absent",
		}
	}
	return key, nil
}

// private reads the private half by its name, since a listing may lag behind Create.
func (s *SSHKeyService) private(ctx context.Context, name string) (key string, found bool, err error) {
	path := manifest.SSHPrivateKeyPath(name)
	values, err := s.c.store.Get(ctx, path)
	if err != nil {
		return "", false, failure("reading the private half of", "SSH key", name, err)
	}
	key, found = values[path]
	return key, found, nil
}

func (s *SSHKeyService) find(ctx context.Context, name string) (*SSHKey, error) {
	found, err := s.describe(ctx, tagFilter(TagManaged, tagTrue), filter("key-name", keyPairName(name)))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func (s *SSHKeyService) describe(ctx context.Context, filters ...ec2types.Filter) ([]*SSHKey, error) {
	out, err := s.c.ec2.DescribeKeyPairs(ctx, &ec2.DescribeKeyPairsInput{Filters: filters, IncludePublicKey: aws.Bool(true)})
	if err != nil {
		return nil, failure("listing", "SSH keys", "", err)
	}
	keys := make([]*SSHKey, 0, len(out.KeyPairs))
	for _, pair := range out.KeyPairs {
		keys = append(keys, keyFromEC2(pair))
	}
	slices.SortFunc(keys, func(a, b *SSHKey) int { return strings.Compare(a.Name, b.Name) })
	return keys, nil
}

func keyFromEC2(pair ec2types.KeyPairInfo) *SSHKey {
	key := &SSHKey{
		Name: strings.TrimPrefix(aws.ToString(pair.KeyName), keyPairName("")), KeyPairID: aws.ToString(pair.KeyPairId),
		Fingerprint: aws.ToString(pair.KeyFingerprint), PublicKey: strings.TrimSpace(aws.ToString(pair.PublicKey)),
		CreatedAt: aws.ToTime(pair.CreateTime),
	}
	for _, tag := range pair.Tags {
		switch aws.ToString(tag.Key) {
		case TagManaged:
			key.managed = aws.ToString(tag.Value) == tagTrue
		case TagProvisioned:
			key.completedAt, _ = time.Parse(time.RFC3339, aws.ToString(tag.Value)) // a broken value reads as unfinished
		}
	}
	return key
}

func (s *SSHKeyService) removePair(ctx context.Context, name string) error {
	_, err := s.c.ec2.DeleteKeyPair(ctx, &ec2.DeleteKeyPairInput{KeyName: aws.String(keyPairName(name))})
	if hasCode(err, "InvalidKeyPair.NotFound") {
		return nil
	}
	return failure("deleting", "SSH key", name, err)
}
