package tropic

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const (
	// KeyAdoptionWindow is how long after it was complete an SSH key that no machine names may be adopted by a create of
	// its name, whose first caller died between the last call and telling anyone.
	KeyAdoptionWindow = 10 * time.Minute
	// keyListingGrace is how long EC2 may not list a key pair that was just made.
	keyListingGrace = time.Minute
)

// Create makes a key pair, puts its private half into a SecureString at once, and gives the public half to the machines
// that name the key (tag tropic:ssh-key). That such a machine does not answer is a late failure, returned with the key.
//
// Create may be repeated after a failure at any point, in any process: a key whose private half was lost is made anew, one
// that is not complete is completed, and one that was completed less than KeyAdoptionWindow ago and that no machine names
// is adopted. Any other key of the name is ErrConflict, so that two owners do not come to share one.
func (s *SSHKeyService) Create(ctx context.Context, name string) (*SSHKey, error) {
	if err := validation("SSH key", manifest.ValidateName("name", name)); err != nil {
		return nil, err
	}
	unlock, err := s.c.locks.lock(ctx, "ssh-key/"+name)
	if err != nil {
		return nil, failure("creating", "SSH key", name, err)
	}
	defer unlock()
	var key *SSHKey
	w := wait{Resource: "SSH key", ID: name, Goal: "to be listed", Timeout: keyListingGrace, Next: "try again in a minute"}
	err = s.c.wait(ctx, w, func(ctx context.Context) (observation, error) {
		var err error
		key, err = s.obtain(ctx, name)
		if hasCode(err, "InvalidKeyPair.Duplicate") {
			return observation{State: "made, but not listed yet"}, s.unlessForeign(ctx, name, err)
		}
		return observation{Done: err == nil}, err
	})
	if err != nil {
		return nil, err
	}
	if !key.completedAt.IsZero() {
		s.c.logger.InfoContext(ctx, "adopting the SSH key of an unfinished create", "name", name)
		return key, nil
	}
	return s.complete(ctx, key)
}

// unlessForeign passes a duplicate of our own; one that is not Tropic's will not become so by waiting.
func (s *SSHKeyService) unlessForeign(ctx context.Context, name string, duplicate error) error {
	found, err := s.describe(ctx, filter("key-name", keyPairName(name)))
	if err != nil {
		return err
	}
	if len(found) > 0 && !found[0].managed {
		return duplicate
	}
	return nil
}

// obtain returns a key with both its halves: one that may be adopted, or a new one.
func (s *SSHKeyService) obtain(ctx context.Context, name string) (*SSHKey, error) {
	pair, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	if pair != nil {
		_, whole, err := s.private(ctx, name)
		if err != nil {
			return nil, err
		}
		if whole {
			return pair, s.mayAdopt(ctx, pair)
		}
		if err := s.removePair(ctx, name); err != nil {
			return nil, err
		}
	}
	return s.make(ctx, name)
}

// mayAdopt refuses a key that somebody has, as far as can be told.
func (s *SSHKeyService) mayAdopt(ctx context.Context, key *SSHKey) error {
	if key.completedAt.IsZero() {
		return nil // nobody was ever told of it
	}
	machines, err := s.machines(ctx, key.Name)
	if err != nil {
		return err
	}
	why := ""
	switch age := s.c.clock.Now().Sub(key.completedAt); {
	case len(machines) > 0:
		why = "a key of this name exists, and machine " + machines[0].ID + " names it"
	case age > KeyAdoptionWindow:
		why = fmt.Sprintf("a key of this name exists since %s", key.completedAt.UTC().Format(time.RFC3339))
	default:
		return nil
	}
	return &Error{
		Op: "creating", Resource: "SSH key", ID: key.Name, Kind: ErrConflict, Reason: why,
		Next: "choose another name, or adopt it: terraform import tropic_ssh_key.<label> " + key.Name,
	}
}

// make makes the pair and stores its private half.
func (s *SSHKeyService) make(ctx context.Context, name string) (*SSHKey, error) {
	made, err := s.c.ec2.CreateKeyPair(ctx, &ec2.CreateKeyPairInput{
		KeyName: aws.String(keyPairName(name)), KeyType: ec2types.KeyTypeEd25519, KeyFormat: ec2types.KeyFormatPem,
		TagSpecifications: tagSpecifications(map[string]string{TagManaged: tagTrue, TagName: name}, ec2types.ResourceTypeKeyPair),
	})
	if err != nil {
		return nil, failure("creating", "SSH key", name, err)
	}
	material := aws.ToString(made.KeyMaterial)
	err = s.c.store.Put(ctx, manifest.SSHPrivateKeyPath(name), material,
		manifest.PutOptions{Secret: true, Tags: map[string]string{TagManaged: tagTrue}})
	if err != nil {
		return nil, errors.Join(failure("storing the private half of", "SSH key", name, err), s.removePair(context.WithoutCancel(ctx), name))
	}
	return s.listed(ctx, name, aws.ToString(made.KeyPairId), material)
}

// listed waits until EC2 lists the pair, and sees to it that both halves are of one making: another process that creates
// the same name in the same second may have taken this one's pair for one that was left half-made.
func (s *SSHKeyService) listed(ctx context.Context, name, pairID, material string) (*SSHKey, error) {
	var pair *SSHKey
	w := wait{Resource: "SSH key", ID: name, Goal: "to be listed", Timeout: keyListingGrace, Next: "try again in a minute"}
	err := s.c.wait(ctx, w, func(ctx context.Context) (observation, error) {
		var err error
		pair, err = s.find(ctx, name)
		return observation{State: "made, but not listed yet", Done: pair != nil}, err
	})
	if err != nil {
		return nil, err
	}
	stored, _, err := s.private(ctx, name)
	if err != nil {
		return nil, err
	}
	if pair.KeyPairID != pairID || stored != material {
		return nil, &Error{
			Op: "creating", Resource: "SSH key", ID: name, Kind: ErrConflict,
			Reason: "somebody else makes a key of this name at the same time", Next: "choose another name, or try again",
		}
	}
	return pair, nil
}

// complete gives the key to the machines that name it, and notes that it is complete once each has been poked.
func (s *SSHKeyService) complete(ctx context.Context, key *SSHKey) (*SSHKey, error) {
	machines, err := s.machines(ctx, key.Name)
	if err != nil {
		return nil, err
	}
	var running []string
	for _, instance := range machines {
		if err := s.c.writeDocument(ctx, instance, "authorised keys of instance", manifest.AuthorizedKeysPath(instance.ID),
			manifest.AuthorizedKeys{Keys: []string{key.PublicKey}}); err != nil {
			return nil, err
		}
		if instance.State == StateRunning {
			running = append(running, instance.ID)
		}
	}
	poked := s.c.Commands.PokeAll(ctx, running)
	if poked != nil && !errors.Is(poked, ErrNotConnected) {
		return nil, poked
	}
	key.completedAt = s.c.clock.Now().UTC()
	_, err = s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{
		Resources: []string{key.KeyPairID}, Tags: ec2Tags(map[string]string{TagProvisioned: key.completedAt.Format(time.RFC3339)}),
	})
	if err != nil {
		return nil, failure("tagging", "SSH key", key.Name, err)
	}
	return key, poked
}

// machines returns the living machines that name the key, by id.
func (s *SSHKeyService) machines(ctx context.Context, name string) ([]*Instance, error) {
	found, err := s.c.describeInstances(ctx, tagFilter(TagManaged, tagTrue), tagFilter(TagSSHKey, name))
	if err != nil {
		return nil, failure("listing", "machines of SSH key", name, err)
	}
	var out []*Instance
	for _, instance := range found {
		if instance.alive() {
			out = append(out, instance)
		}
	}
	slices.SortFunc(out, func(a, b *Instance) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}
