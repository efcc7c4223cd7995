package tropic

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// DefaultInstanceProfile is the instance profile that machines get when nothing else is said.
const DefaultInstanceProfile = "tropic-instance"

// inlinePolicy is the name of the policy in the role.
const inlinePolicy = "tropic-instance"

// ProfileService keeps the instance profile, and the role of the same name, that machines run under. IAM is global: a
// profile serves all regions of the AWS account.
type ProfileService struct{ c *Client }

// Profile is an instance profile.
type Profile struct {
	Name, ARN string
	Role      string // name of its role; empty when it has none
	Managed   bool   // made by Tropic, which alone may change and delete it
}

// Ensure makes the least-privilege profile and role called name, or completes what an earlier call left unfinished;
// created is false when nothing had to be done. A profile that is not Tropic's is taken as it is, provided it has a role.
// EC2 hears of a new profile some seconds later; Launch waits for that.
func (s *ProfileService) Ensure(ctx context.Context, name string) (created bool, err error) {
	if !profilePattern.MatchString(name) {
		return false, invalid("instance profile", "instance_profile", name, "is not the name of an instance profile",
			"at most 64 letters, digits and +=,.@_- (the name, not the ARN)")
	}
	unlock, err := s.c.locks.lock(ctx, "profile:"+name)
	if err != nil {
		return false, failure("creating", "instance profile", name, err)
	}
	defer unlock()
	profile, err := s.get(ctx, name)
	switch {
	case err != nil:
		return false, err
	case profile != nil && !profile.Managed && profile.Role == "":
		return false, &Error{
			Op: "using", Resource: "instance profile", ID: name, Kind: ErrConflict,
			Reason: "it has no role, and is not Tropic's to complete", Next: "add a role to it, or name another",
		}
	case profile != nil && !profile.Managed:
		return false, nil
	}
	madeRole, err := s.ensureRole(ctx, name)
	if err != nil {
		return false, err
	}
	if profile == nil {
		_, err := s.c.iam.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{
			InstanceProfileName: aws.String(name), Tags: iamTags(),
		})
		if err != nil && !hasCode(err, "EntityAlreadyExists") {
			return false, failure("creating", "instance profile", name, err)
		}
	}
	if profile != nil && profile.Role != "" {
		return madeRole, nil
	}
	_, err = s.c.iam.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: aws.String(name), RoleName: aws.String(name),
	})
	if err != nil && !hasCode(err, "LimitExceeded", "EntityAlreadyExists") { // it has a role by now: another run's
		return false, failure("completing", "instance profile", name, err)
	}
	return true, nil
}

// Get returns a profile, or ErrNotFound.
func (s *ProfileService) Get(ctx context.Context, name string) (*Profile, error) {
	profile, err := s.get(ctx, name)
	if err == nil && profile == nil {
		return nil, &Error{
			Op: "reading", Resource: "instance profile", ID: name, Kind: ErrNotFound,
			Reason: "there is no instance profile of this name",
		}
	}
	return profile, err
}

// Delete removes the profile and role that Ensure made; absent ones are no error. Those that are not Tropic's are refused.
func (s *ProfileService) Delete(ctx context.Context, name string) error {
	profile, err := s.get(ctx, name)
	if err != nil {
		return err
	}
	if profile != nil && !profile.Managed {
		return &Error{
			Op: "deleting", Resource: "instance profile", ID: name, Kind: ErrConflict,
			Reason: "it is not Tropic's: it lacks the tag " + TagManaged,
		}
	}
	profileName, role := aws.String(name), aws.String(name)
	for _, step := range []func() error{
		func() error {
			_, err := s.c.iam.RemoveRoleFromInstanceProfile(ctx,
				&iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profileName, RoleName: role})
			return err
		},
		func() error {
			_, err := s.c.iam.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: profileName})
			return err
		},
	} {
		if err := step(); err != nil && !hasCode(err, "NoSuchEntity") {
			return failure("deleting", "instance profile", name, err)
		}
	}
	return s.deleteRole(ctx, name)
}

// deleteRole removes Tropic's role called name.
func (s *ProfileService) deleteRole(ctx context.Context, name string) error {
	output, err := s.c.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if hasCode(err, "NoSuchEntity") {
		return nil
	}
	if err != nil {
		return failure("reading", "role", name, err)
	}
	if !isManaged(output.Role.Tags) {
		return nil
	}
	_, err = s.c.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(inlinePolicy)})
	if err != nil && !hasCode(err, "NoSuchEntity") {
		return failure("deleting", "policy of role", name, err)
	}
	_, err = s.c.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String(name)})
	if err != nil && !hasCode(err, "NoSuchEntity") {
		return failure("deleting", "role", name, err)
	}
	return nil
}

// ensureRole makes the role with its policy, and renews a policy that is not today's; made tells whether it did anything.
func (s *ProfileService) ensureRole(ctx context.Context, name string) (made bool, err error) {
	_, err = s.c.iam.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trustDocument()), Tags: iamTags(),
		Description: aws.String("What a Tropic machine may do: Run Command, and its own desired state"),
	})
	switch {
	case hasCode(err, "EntityAlreadyExists"):
		if current, err := s.policyIsCurrent(ctx, name); err != nil || current {
			return false, err
		}
	case err != nil:
		return false, failure("creating", "role", name, err)
	}
	_, err = s.c.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(name), PolicyName: aws.String(inlinePolicy), PolicyDocument: aws.String(PolicyDocument()),
	})
	return true, failure("writing", "policy of role", name, err)
}

// policyIsCurrent reports whether the role has today's policy. A role that is not Tropic's is refused rather than
// widened.
func (s *ProfileService) policyIsCurrent(ctx context.Context, name string) (bool, error) {
	role, err := s.c.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		return false, failure("reading", "role", name, err)
	}
	if !isManaged(role.Role.Tags) {
		return false, &Error{
			Op: "using", Resource: "role", ID: name, Kind: ErrConflict,
			Reason: "a role of this name exists and is not Tropic's", Next: "choose another instance_profile",
		}
	}
	policy, err := s.c.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(inlinePolicy)})
	if hasCode(err, "NoSuchEntity") {
		return false, nil
	}
	if err != nil {
		return false, failure("reading", "policy of role", name, err)
	}
	return samePolicy(aws.ToString(policy.PolicyDocument), PolicyDocument()), nil
}

// samePolicy compares what IAM returned, which is URL-encoded (IAM API reference, GetRolePolicy), with a document.
func samePolicy(encoded, want string) bool {
	have, err := url.PathUnescape(encoded)
	if err != nil {
		return false
	}
	var a, b any
	return json.Unmarshal([]byte(have), &a) == nil && json.Unmarshal([]byte(want), &b) == nil && reflect.DeepEqual(a, b)
}

// get returns nil for an absent profile.
func (s *ProfileService) get(ctx context.Context, name string) (*Profile, error) {
	output, err := s.c.iam.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: aws.String(name)})
	if hasCode(err, "NoSuchEntity") {
		return nil, nil //nolint:nilnil // nil is the documented answer for none
	}
	if err != nil {
		return nil, failure("reading", "instance profile", name, err)
	}
	profile := &Profile{
		Name: name, ARN: aws.ToString(output.InstanceProfile.Arn), Managed: isManaged(output.InstanceProfile.Tags),
	}
	if roles := output.InstanceProfile.Roles; len(roles) > 0 {
		profile.Role = aws.ToString(roles[0].RoleName)
	}
	return profile, nil
}

func isManaged(tags []iamtypes.Tag) bool {
	for _, t := range tags {
		if aws.ToString(t.Key) == TagManaged && aws.ToString(t.Value) == tagTrue {
			return true
		}
	}
	return false
}

func iamTags() []iamtypes.Tag {
	return []iamtypes.Tag{{Key: aws.String(TagManaged), Value: aws.String(tagTrue)}}
}
