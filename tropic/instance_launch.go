package tropic

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Facts of every machine (product documentation, VM specs).
const (
	volumeGiB        = 20
	launchSettle     = 90 * time.Second // IAM tells EC2 of a new profile with a delay of seconds
	maxPredecessors  = 200              // terminated machines of one name within EC2's memory of client tokens
	tokenLookupTries = 6
)

// Launch makes the machine and returns as soon as EC2 accepted it: save the id, then call Provision. Everything is
// checked before anything is made, and what was made is taken back when EC2 refuses the machine.
//
// Launch may be repeated after a failure at any point, in any process: a machine of the name and account that was never
// provisioned is adopted rather than made again, and so is one with the same settings that was provisioned less than
// AdoptionWindow ago by a caller that died before it could tell. Any other living machine of that name is ErrConflict,
// and so is one that this Client handed out already.
func (s *InstanceService) Launch(ctx context.Context, spec InstanceSpec) (*Instance, error) {
	spec = spec.WithDefaults()
	if err := spec.ValidateAt(s.c.clock.Now()); err != nil {
		return nil, err
	}
	unlock, err := s.c.locks.lock(ctx, "launch:"+spec.Account+"/"+spec.Name)
	if err != nil {
		return nil, failure("creating", "instance", spec.Name, err)
	}
	defer unlock()
	defer s.c.snapshot.machinesChanged()

	namesakes, err := s.namesakes(ctx, spec)
	if err != nil {
		return nil, err
	}
	instance, err := adoptable(namesakes, spec, s.c.clock.Now())
	if err != nil {
		return nil, err
	}
	if instance == nil {
		if instance, err = s.launchNew(ctx, spec, namesakes); err != nil {
			return nil, err
		}
	} else {
		s.c.logger.InfoContext(ctx, "adopting the machine of an unfinished create", "id", instance.ID, "name", spec.Name)
	}
	if !s.claim(instance.ID) {
		return nil, &Error{
			Op: "creating", Resource: "instance", ID: spec.Name, Kind: ErrConflict,
			Reason: "this process has made " + instance.ID + " under the name already",
			Next:   "give each machine of an account its own name",
		}
	}
	return instance, nil
}

// launchNew prepares and runs the machine.
func (s *InstanceService) launchNew(ctx context.Context, spec InstanceSpec, namesakes []*Instance) (*Instance, error) {
	img, err := s.c.resolveImage(ctx, spec.ImageID)
	if err != nil {
		return nil, err
	}
	if spec.SSHKey != "" {
		if _, err := s.c.SSHKeys.Get(ctx, spec.SSHKey); err != nil {
			return nil, missingKey(spec.SSHKey, err)
		}
	}
	if spec.CreateInstanceProfile {
		if _, err := s.c.Profiles.Ensure(ctx, spec.InstanceProfile); err != nil {
			return nil, err
		}
	}
	group, made, err := s.ensureGroup(ctx, spec)
	if err != nil {
		return nil, err
	}
	instance, err := s.runFirstFree(ctx, spec, runInput(spec, img, group), namesakes)
	if err != nil && made && refused(err) {
		s.takeBackGroup(ctx, group)
	}
	return instance, err
}

// takeBackGroup removes a group that no machine came to use. Failing is no harm: the next create finds the group.
func (s *InstanceService) takeBackGroup(ctx context.Context, group string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := s.deleteGroup(ctx, group); err != nil {
		s.c.logger.WarnContext(ctx, "an unused security group stays until the next create", "id", group, "error", err)
	}
}

func runInput(spec InstanceSpec, img image, group string) *ec2.RunInstancesInput {
	tags := spec.tags()
	input := &ec2.RunInstancesInput{
		ImageId: aws.String(img.id), InstanceType: ec2types.InstanceType(spec.Type),
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		SecurityGroupIds:   []string{group},
		IamInstanceProfile: &ec2types.IamInstanceProfileSpecification{Name: aws.String(spec.InstanceProfile)},
		// Stopping from inside must not destroy the machine, and only the machine itself may read its metadata.
		InstanceInitiatedShutdownBehavior: ec2types.ShutdownBehaviorStop,
		MetadataOptions: &ec2types.InstanceMetadataOptionsRequest{
			HttpEndpoint: ec2types.InstanceMetadataEndpointStateEnabled, HttpTokens: ec2types.HttpTokensStateRequired,
			HttpPutResponseHopLimit: aws.Int32(1), InstanceMetadataTags: ec2types.InstanceMetadataTagsStateEnabled,
		},
		BlockDeviceMappings: []ec2types.BlockDeviceMapping{{
			DeviceName: aws.String(img.rootDevice),
			Ebs: &ec2types.EbsBlockDevice{
				VolumeSize: aws.Int32(max(volumeGiB, img.rootSize)), VolumeType: ec2types.VolumeTypeGp3,
				Encrypted: aws.Bool(true), DeleteOnTermination: aws.Bool(true),
			},
		}},
		TagSpecifications: tagSpecifications(tags, ec2types.ResourceTypeInstance, ec2types.ResourceTypeVolume),
	}
	if spec.SSHKey != "" {
		input.KeyName = aws.String(keyPairName(spec.SSHKey))
	}
	if spec.SubnetID != "" {
		input.SubnetId = aws.String(spec.SubnetID)
	}
	return input
}

// clientToken is the idempotency token of the n-th machine that bears a name: the same from every process, so EC2 itself
// makes one machine of two runs.
func clientToken(spec InstanceSpec, region string, n int) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"tropic", spec.Account, region, spec.Name, fmt.Sprint(n)}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// runFirstFree runs the machine under the first token that no terminated predecessor has used.
func (s *InstanceService) runFirstFree(
	ctx context.Context, spec InstanceSpec, input *ec2.RunInstancesInput, namesakes []*Instance,
) (*Instance, error) {
	used := make(map[string]bool)
	for _, i := range namesakes {
		used[i.clientToken] = true // the living ones were dealt with by adoptable
	}
	for n := range maxPredecessors {
		token := clientToken(spec, s.c.region, n)
		if used[token] {
			continue
		}
		input.ClientToken = aws.String(token)
		instance, err := s.run(ctx, spec, input)
		switch {
		case hasCode(err, "IdempotentParameterMismatch"):
			// The token made a machine with other settings. Its description says whether it lives.
			if instance, err = s.madeWith(ctx, token); err == nil && instance != nil && instance.alive() {
				return adoptable([]*Instance{instance}, spec, s.c.clock.Now())
			}
			if err != nil {
				return nil, err
			}
		case hasCode(err, "IdempotentInstanceTerminated"):
		case err != nil:
			return nil, explainRun(spec, failure("creating", "instance", spec.Name, err))
		case instance.alive():
			return instance, nil
		}
	}
	return nil, &Error{
		Op: "creating", Resource: "instance", ID: spec.Name, Kind: ErrConflict,
		Reason: fmt.Sprintf("%d machines of this name were made and terminated lately", maxPredecessors),
		Next:   "choose another name, or wait a day",
	}
}

// run calls RunInstances, again for a bounded time while EC2 has not heard of what was just made for the machine, or seen.
func (s *InstanceService) run(ctx context.Context, spec InstanceSpec, input *ec2.RunInstancesInput) (*Instance, error) {
	var instance *Instance
	once := func(ctx context.Context) (observation, error) {
		output, err := s.c.ec2.RunInstances(ctx, input)
		if what := notKnownYet(spec, err); what != "" {
			return observation{State: what + " is not known to EC2 yet"}, nil
		}
		if err != nil {
			return observation{}, err
		}
		if len(output.Instances) == 0 {
			return observation{}, &Error{
				Op: "creating", Resource: "instance", ID: spec.Name,
				Reason: "EC2 accepted the call but named no machine", Next: "try again: the machine will be found",
			}
		}
		instance = s.c.instanceFromEC2(output.Instances[0], aws.ToString(output.OwnerId))
		return observation{Done: true}, nil
	}
	err := s.c.wait(ctx, wait{
		Resource: "instance", ID: spec.Name, Goal: "to be accepted by EC2",
		Timeout: launchSettle, Next: "try again in a minute",
	}, once)
	return instance, err
}

// notKnownYet names what a launch needs and EC2 does not know, although it is there: reads and launches may lag behind.
func notKnownYet(spec InstanceSpec, err error) string {
	switch {
	case spec.CreateInstanceProfile && isUnknownProfile(err):
		return "instance profile " + spec.InstanceProfile
	case hasCode(err, "InvalidGroup.NotFound", "InvalidGroupId.NotFound"): // ensureGroup made it, or saw it
		return "its security group"
	case hasCode(err, "InvalidKeyPair.NotFound"): // launchNew saw it
		return "SSH key " + spec.SSHKey
	}
	return ""
}

// madeWith returns the machine that a client token made, or nil when EC2 does not show one after a few looks: a machine
// that was made a moment ago may not be listed at once.
func (s *InstanceService) madeWith(ctx context.Context, token string) (*Instance, error) {
	for try := range tokenLookupTries {
		found, err := s.c.describeInstances(ctx, filter("client-token", token))
		if err != nil {
			return nil, failure("reading", "instance", "", err)
		}
		for _, instance := range found {
			return instance, nil
		}
		if err := s.c.sleep(ctx, s.c.settings.poll.delay(try, random())); err != nil {
			return nil, failure("reading", "instance", "", err)
		}
	}
	return nil, nil //nolint:nilnil // nil is the documented answer for none
}

func isUnknownProfile(err error) bool {
	return hasCode(err, "InvalidParameterValue", "InvalidIamInstanceProfile.NotFound") &&
		strings.Contains(strings.ToLower(err.Error()), "iam instance profile")
}

func missingKey(name string, err error) error {
	if e, typed := asError(err); typed && errors.Is(err, ErrNotFound) {
		return &Error{
			Op: e.Op, Resource: e.Resource, ID: e.ID, Kind: ErrValidation, Field: "ssh_key", Err: err,
			AWSCode: e.AWSCode, RequestID: e.RequestID,
			Reason: fmt.Sprintf("there is no SSH key %q in this region", name),
			Next:   "create it first (tropic_ssh_key), or leave ssh_key out for a machine without SSH login",
		}
	}
	return err
}

// explainRun names the field of the spec that EC2 refused.
func explainRun(spec InstanceSpec, err error) error {
	e, typed := asError(err)
	if !typed {
		return err
	}
	switch {
	case isUnknownProfile(err):
		e.Kind, e.Field = ErrValidation, "instance_profile"
		e.Reason = fmt.Sprintf("there is no usable instance profile %q: %s", spec.InstanceProfile, e.Reason)
		e.Next = "create it, name another, or set create_instance_profile to have it made with the least it needs"
	case e.AWSCode == "InvalidKeyPair.NotFound":
		e.Kind, e.Field = ErrValidation, "ssh_key"
	case strings.HasPrefix(e.AWSCode, "InvalidAMIID."):
		e.Kind, e.Field = ErrValidation, "image_id"
	case strings.HasPrefix(e.AWSCode, "InvalidSubnet"):
		e.Kind, e.Field = ErrValidation, "subnet_id"
	}
	return e
}
