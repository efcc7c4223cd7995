package tropic

import (
	"context"
	"errors"
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
}

// keyPairName is the name of the EC2 key pair of the SSH key called name.
func keyPairName(name string) string { return "tropic-" + name }

// Create makes a key pair and puts its private half into a SecureString at once. A key of the name that is whole is
// ErrConflict; one whose private half was lost, because its making was killed in between, is replaced. Machines that
// name the key (tag tropic:ssh-key) get the new public half.
func (s *SSHKeyService) Create(ctx context.Context, name string) (*SSHKey, error) {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return nil, err
	}
	unlock, err := s.c.locks.lock(ctx, "ssh-key/"+name)
	if err != nil {
		return nil, failure("creating", "SSH key", name, err)
	}
	defer unlock()
	if err := s.removeIncomplete(ctx, name); err != nil {
		return nil, err
	}
	made, err := s.c.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{
		KeyName: aws.String(keyPairName(name)), KeyType: ec2types.KeyTypeEd25519, KeyFormat: ec2types.KeyFormatPem,
		TagSpecifications: tagSpecifications(map[string]string{TagManaged: tagTrue, TagName: name}, ec2types.ResourceTypeKeyPair),
	})
	if err != nil {
		return nil, failure("creating", "SSH key", name, err)
	}
	err = s.c.store.Put(ctx, manifest.SSHPrivateKeyPath(name), aws.ToString(made.KeyMaterial),
		manifest.PutOptions{Secret: true, Tags: map[string]string{TagManaged: tagTrue}})
	if err != nil {
		return nil, errors.Join(failure("storing the private half of", "SSH key", name, err), s.removePair(context.WithoutCancel(ctx), name))
	}
	key, err := s.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	return key, s.push(ctx, name)
}

// removeIncomplete clears what a Create that was killed left behind; a whole key is a conflict.
func (s *SSHKeyService) removeIncomplete(ctx context.Context, name string) error {
	pair, err := s.find(ctx, name)
	if err != nil || pair == nil {
		return err
	}
	path := manifest.SSHPrivateKeyPath(name)
	private, err := s.c.store.Get(ctx, path)
	if err != nil {
		return failure("reading", "SSH key", name, err)
	}
	if _, whole := private[path]; whole {
		return &Error{
			Op: "creating", Resource: "SSH key", ID: name, Kind: ErrConflict, Reason: "a key of this name exists",
			Next: "choose another name, or adopt it: terraform import tropic_ssh_key.<label> " + name,
		}
	}
	return s.removePair(ctx, name)
}

// push gives the public half to the machines that name the key.
func (s *SSHKeyService) push(ctx context.Context, name string) error {
	found, err := s.c.describeInstances(ctx, tagFilter(TagManaged, tagTrue), tagFilter(TagSSHKey, name))
	if err != nil {
		return failure("listing", "machines of SSH key", name, err)
	}
	var running []string
	for _, instance := range found {
		if !instance.alive() {
			continue
		}
		if err := s.c.writeAuthorizedKeys(ctx, instance, name); err != nil {
			return err
		}
		if instance.State == StateRunning {
			running = append(running, instance.ID)
		}
	}
	slices.Sort(running)
	return s.c.Commands.PokeAll(ctx, running)
}

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
	path := manifest.SSHPrivateKeyPath(name)
	private, err := s.c.store.Get(ctx, path) // a listing may lag behind Create
	if err != nil {
		return nil, failure("reading", "SSH key", name, err)
	}
	if _, whole := private[path]; !whole {
		absent.Reason = "its private half, parameter " + path + ", is gone"
		return nil, absent
	}
	return pair, nil
}

// List returns all keys, sorted by name.
func (s *SSHKeyService) List(ctx context.Context) ([]*SSHKey, error) {
	return s.describe(ctx, tagFilter(TagManaged, tagTrue))
}

// Delete removes both halves; an absent key is no error. Machines keep the public half until their key changes.
func (s *SSHKeyService) Delete(ctx context.Context, name string) error {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return err
	}
	if err := s.removePair(ctx, name); err != nil {
		return err
	}
	return failure("deleting the private half of", "SSH key", name, s.c.store.Delete(ctx, manifest.SSHPrivateKeyPath(name)))
}

// PrivateKey returns the private half, an OpenSSH PEM, or ErrNotFound.
func (s *SSHKeyService) PrivateKey(ctx context.Context, name string) (string, error) {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return "", err
	}
	path := manifest.SSHPrivateKeyPath(name)
	found, err := s.c.store.Get(ctx, path)
	if err != nil {
		return "", failure("reading the private half of", "SSH key", name, err)
	}
	key, ok := found[path]
	if !ok {
		return "", &Error{
			Op: "reading the private half of", Resource: "SSH key", ID: name, Kind: ErrNotFound,
			Reason: "parameter " + path + " is absent",
		}
	}
	return key, nil
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
		keys = append(keys, &SSHKey{
			Name: strings.TrimPrefix(aws.ToString(pair.KeyName), keyPairName("")), KeyPairID: aws.ToString(pair.KeyPairId),
			Fingerprint: aws.ToString(pair.KeyFingerprint), PublicKey: strings.TrimSpace(aws.ToString(pair.PublicKey)),
			CreatedAt: aws.ToTime(pair.CreateTime),
		})
	}
	slices.SortFunc(keys, func(a, b *SSHKey) int { return strings.Compare(a.Name, b.Name) })
	return keys, nil
}

func (s *SSHKeyService) removePair(ctx context.Context, name string) error {
	_, err := s.c.ec2.DeleteKeyPair(ctx, &ec2.DeleteKeyPairInput{KeyName: aws.String(keyPairName(name))})
	if hasCode(err, "InvalidKeyPair.NotFound") {
		return nil
	}
	return failure("deleting", "SSH key", name, err)
}
