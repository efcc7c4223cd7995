package tropic

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// InstanceUpdate is what may change while a machine lives; nil fields stay as they are.
type InstanceUpdate struct {
	Model          *string
	APIKey         *manifest.APIKeyMode
	SSHKey         *string // name of an SSH key; empty takes access away
	AllowedOrigins *[]string
	Ingress        *IngressSpec       // a nil SSH list is the caller's own address
	Credentials    map[string]string  // set or replaced; an empty key removes the provider's
	Tags           *map[string]string // the user's own, all of them
}

// Validate reports every fault, joined, as InstanceSpec.Validate does.
func (u InstanceUpdate) Validate() error {
	var faults faultList
	if u.Model != nil {
		faults.add(validation("instance", manifest.ValidateModel(*u.Model)))
	}
	if u.SSHKey != nil && *u.SSHKey != "" {
		faults.add(validation("instance", manifest.ValidateName("ssh_key", *u.SSHKey)))
	}
	if u.Ingress != nil {
		faults.add(u.Ingress.Validate())
	}
	for _, provider := range slices.Sorted(maps.Keys(u.Credentials)) {
		faults.add(validation("instance", manifest.ValidateProvider(provider)))
	}
	if u.Tags != nil {
		faults.add(ValidateTags(*u.Tags))
	}
	return faults.err()
}

// Update changes a machine in place: tags, ingress, desired state; then it pokes the machine when it runs. A stopped one
// catches up when it starts. It may be repeated after a failure. A failed poke (ErrNotConnected, ErrCommandFailed) is a
// late failure, and returned with the machine.
func (s *InstanceService) Update(ctx context.Context, id string, u InstanceUpdate) (*Instance, error) {
	if err := firstError(validateInstanceID(id), u.Validate()); err != nil {
		return nil, err
	}
	unlock, err := s.c.locks.lock(ctx, "update:"+id)
	if err != nil {
		return nil, failure("updating", "instance", id, err)
	}
	defer unlock()
	defer s.c.snapshot.machinesChanged()

	instance, err := s.read(ctx, id)
	if err != nil {
		return nil, err
	}
	settings, err := s.updatedSettings(ctx, instance, u)
	if err != nil {
		return instance, err
	}
	if u.Ingress != nil {
		spec, err := s.c.Ingress.withCaller(ctx, *u.Ingress)
		if err != nil {
			return instance, err
		}
		if _, err := s.c.Ingress.resetGroup(ctx, instance, spec); err != nil {
			return instance, err
		}
	}
	if err := s.updateDesired(ctx, instance, u, settings); err != nil {
		return instance, err
	}
	if err := s.updateTags(ctx, instance, u, settings); err != nil {
		return instance, err
	}
	if instance, err = s.read(ctx, id); err != nil {
		return nil, err
	}
	if !u.reachesMachine() || instance.State != StateRunning {
		return instance, nil
	}
	_, err = s.c.Commands.Poke(ctx, id)
	return instance, failure("reconciling", "instance", id, err)
}

// reachesMachine reports whether the machine itself has to do something.
func (u InstanceUpdate) reachesMachine() bool {
	return u.Model != nil || u.APIKey != nil || u.SSHKey != nil || u.AllowedOrigins != nil || len(u.Credentials) > 0
}

// updatedSettings returns the settings document after the update. One that was deleted is made again from the tags.
func (s *InstanceService) updatedSettings(ctx context.Context, i *Instance, u InstanceUpdate) (manifest.Settings, error) {
	settings := manifest.Settings{Name: i.Name, Account: i.Account, Model: i.Model, APIKey: i.APIKey}
	if u.AllowedOrigins != nil {
		settings.AllowedOrigins = *u.AllowedOrigins
	} else if old, err := s.Settings(ctx, i.ID); err == nil {
		settings.AllowedOrigins = old.AllowedOrigins
	} else if e, typed := asError(err); !typed || e.Kind != ErrNotFound { //nolint:errorlint // a sentinel is compared
		return settings, err
	}
	if u.Model != nil {
		settings.Model = *u.Model
	}
	if u.APIKey != nil {
		settings.APIKey = *u.APIKey
	}
	var faults faultList
	faults.add(validation("instance", settings.Validate()))
	faults.add(validateBilling(settings.Model, settings.APIKey, s.c.clock.Now()))
	return settings, faults.err()
}

func (s *InstanceService) updateDesired(ctx context.Context, i *Instance, u InstanceUpdate, settings manifest.Settings) error {
	if u.Model != nil || u.APIKey != nil || u.AllowedOrigins != nil {
		if err := s.c.writeSettings(ctx, i, settings); err != nil {
			return err
		}
	}
	if u.SSHKey != nil {
		if err := s.c.writeAuthorizedKeys(ctx, i, *u.SSHKey); err != nil {
			return err
		}
	}
	for _, provider := range slices.Sorted(maps.Keys(u.Credentials)) {
		if key := u.Credentials[provider]; key != "" {
			if err := s.c.Credentials.write(ctx, i, provider, key); err != nil {
				return err
			}
			continue
		}
		if err := s.c.store.Delete(ctx, manifest.CredentialPath(i.ID, provider)); err != nil {
			return failure("deleting", "credential of instance", i.ID, err)
		}
	}
	return nil
}

// updateTags makes the tags of the machine, its volumes and its group what they are to be, with at most two calls.
func (s *InstanceService) updateTags(ctx context.Context, i *Instance, u InstanceUpdate, settings manifest.Settings) error {
	want := map[string]string{TagModel: settings.Model, TagAPIKey: string(settings.APIKey), TagSSHKey: i.SSHKey}
	if u.SSHKey != nil {
		want[TagSSHKey] = *u.SSHKey
	}
	have := map[string]string{TagModel: i.Model, TagAPIKey: string(i.APIKey), TagSSHKey: i.SSHKey}
	if u.Tags != nil {
		maps.Copy(want, *u.Tags)
		maps.Copy(have, i.Tags)
	}
	set := make(map[string]string)
	var remove []string
	for key, value := range want {
		if value == "" && strings.HasPrefix(key, TagPrefix) {
			continue
		}
		if old, found := have[key]; !found || old != value {
			set[key] = value
		}
	}
	for key, value := range have {
		if wanted, found := want[key]; !found || (wanted == "" && value != "" && strings.HasPrefix(key, TagPrefix)) {
			remove = append(remove, key)
		}
	}
	return s.writeTags(ctx, i, set, remove)
}

func (s *InstanceService) writeTags(ctx context.Context, i *Instance, set map[string]string, remove []string) error {
	resources := append([]string{i.ID}, i.volumes...)
	if i.SecurityGroupID != "" {
		resources = append(resources, i.SecurityGroupID)
	}
	if len(set) > 0 {
		_, err := s.c.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: resources, Tags: ec2Tags(set)})
		if err != nil {
			return failure("tagging", "instance", i.ID, err)
		}
	}
	if len(remove) == 0 {
		return nil
	}
	tags := make([]ec2types.Tag, len(remove))
	for n, key := range slices.Sorted(slices.Values(remove)) {
		tags[n] = ec2types.Tag{Key: aws.String(key)}
	}
	_, err := s.c.ec2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: resources, Tags: tags})
	return failure("untagging", "instance", i.ID, err)
}
