package iamapi_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/clienttest"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

const (
	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	core  = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
)

func startCloud(t *testing.T, dir string) (*localcloud.Server, aws.Config) {
	t.Helper()
	s, err := localcloud.Start(t.Context(), localcloud.Config{Dir: dir, Driver: none.New()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	id, secret := s.Credentials()
	return s, config(s, id, secret, "")
}

func config(s *localcloud.Server, id, secret, token string) aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.Endpoint()), Retryer: clienttest.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
	}
}

func expect(t *testing.T, what string, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestRolesAndProfiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, cfg := startCloud(t, dir)
	client, ctx := iam.NewFromConfig(cfg), t.Context()
	role, profile := aws.String("machine"), aws.String("machine")
	create := &iam.CreateRoleInput{
		RoleName: role, AssumeRolePolicyDocument: aws.String(trust), Tags: []iamtypes.Tag{{Key: aws.String("tropic:managed"), Value: aws.String("true")}},
	}

	_, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: role})
	var absent *iamtypes.NoSuchEntityException
	if !errors.As(err, &absent) {
		t.Errorf("an absent role: %v", err)
	}
	made := must(client.CreateRole(ctx, create))(t).Role
	if aws.ToString(made.Arn) != "arn:aws:iam::123456789012:role/machine" || !strings.HasPrefix(aws.ToString(made.RoleId), "AROA") {
		t.Errorf("role %+v", made)
	}
	_, err = client.CreateRole(ctx, create)
	expect(t, "the same role", err, "EntityAlreadyExists")
	_, err = client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("a b"), AssumeRolePolicyDocument: aws.String(trust)})
	expect(t, "a bad name", err, "ValidationError")
	_, err = client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("other"), AssumeRolePolicyDocument: aws.String("{}")})
	expect(t, "a bad trust policy", err, "MalformedPolicyDocument")
	_, err = client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: role, PolicyName: aws.String("p"), PolicyDocument: aws.String(trust)})
	expect(t, "a principal in an identity policy", err, "MalformedPolicyDocument")
	_, err = client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: aws.String("arn:aws:iam::aws:policy/Nothing")})
	expect(t, "an unknown managed policy", err, "NoSuchEntity")

	const document = `{"Version":"2012-10-17","Statement":[{"Sid":"with a space","Effect":"Allow","Action":"ssm:GetParameter","Resource":"*"}]}`
	must(client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: role, PolicyName: aws.String("own"), PolicyDocument: aws.String(document)}))(t)
	must(client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: aws.String(core)}))(t)
	must(client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: profile}))(t)
	must(client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: role}))(t)
	_, err = client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: role})
	expect(t, "a second role", err, "LimitExceeded")
	must(client.TagRole(ctx, &iam.TagRoleInput{RoleName: role, Tags: []iamtypes.Tag{{Key: aws.String("b"), Value: aws.String("c")}}}))(t)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, cfg = startCloud(t, dir)
	client = iam.NewFromConfig(cfg)
	got := must(client.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: profile}))(t).InstanceProfile
	if len(got.Roles) != 1 || aws.ToString(got.Roles[0].RoleName) != "machine" || len(got.Roles[0].Tags) != 2 {
		t.Errorf("profile after a restart: %+v", got)
	}
	policy := must(client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: role, PolicyName: aws.String("own")}))(t)
	if text, err := url.PathUnescape(aws.ToString(policy.PolicyDocument)); err != nil || text != document {
		t.Errorf("document %q, %v", text, err)
	}
	if names := must(client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role}))(t).PolicyNames; len(names) != 1 || names[0] != "own" {
		t.Errorf("policies %v", names)
	}
	attached := must(client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: role}))(t).AttachedPolicies
	if len(attached) != 1 || aws.ToString(attached[0].PolicyName) != "AmazonSSMManagedInstanceCore" {
		t.Errorf("attached %v", attached)
	}
	if n := len(must(client.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: role}))(t).InstanceProfiles); n != 1 {
		t.Errorf("%d profiles for the role", n)
	}

	remove := func() error {
		_, err := client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role})
		return err
	}
	expect(t, "a role in a profile", remove(), "DeleteConflict")
	_, err = client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: profile})
	expect(t, "a profile with a role", err, "DeleteConflict")
	must(client.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profile, RoleName: role}))(t)
	must(client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: profile}))(t)
	expect(t, "a role with an attached policy", remove(), "DeleteConflict")
	must(client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: aws.String(core)}))(t)
	expect(t, "a role with an inline policy", remove(), "DeleteConflict")
	must(client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: aws.String("own")}))(t)
	if err := remove(); err != nil {
		t.Error(err)
	}
	expect(t, "a role that is gone", remove(), "NoSuchEntity")
	if n := len(must(client.ListRoles(ctx, &iam.ListRolesInput{}))(t).Roles); n != 0 {
		t.Errorf("%d roles left", n)
	}
}

// assume makes a role with one inline policy and returns a configuration that calls as it.
func assume(t *testing.T, s *localcloud.Server, cfg aws.Config, role, document string) aws.Config {
	t.Helper()
	client := iam.NewFromConfig(cfg)
	made := must(client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String(role), AssumeRolePolicyDocument: aws.String(trust)}))(t)
	must(client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(role), PolicyName: aws.String("p"), PolicyDocument: aws.String(document),
	}))(t)
	out := must(sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: made.Role.Arn, RoleSessionName: aws.String("me")}))(t)
	c := out.Credentials
	return config(s, aws.ToString(c.AccessKeyId), aws.ToString(c.SecretAccessKey), aws.ToString(c.SessionToken))
}

func TestAnAssumedRoleMayDoWhatItsPoliciesSay(t *testing.T) {
	t.Parallel()
	s, cfg := startCloud(t, t.TempDir())
	ctx, root := t.Context(), ssm.NewFromConfig(cfg)
	for name, owner := range map[string]string{"/tropic/mine": "me", "/tropic/theirs": "them"} {
		must(root.PutParameter(ctx, &ssm.PutParameterInput{
			Name: aws.String(name), Value: aws.String("v"), Type: ssmtypes.ParameterTypeString,
			Tags: []ssmtypes.Tag{{Key: aws.String("owner"), Value: aws.String(owner)}},
		}))(t)
	}
	as := assume(t, s, cfg, "reader", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["ssm:GetParameter","ssm:GetParameters"],"Resource":"arn:aws:ssm:*:*:parameter/tropic/*",
		 "Condition":{"StringEquals":{"ssm:resourceTag/owner":"me"}}},
		{"Effect":"Deny","Action":"ssm:DeleteParameter","Resource":"*"}]}`)

	who := must(sts.NewFromConfig(as).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
	if aws.ToString(who.Arn) != "arn:aws:sts::123456789012:assumed-role/reader/me" || !strings.HasSuffix(aws.ToString(who.UserId), ":me") {
		t.Errorf("caller %+v", who)
	}
	client := ssm.NewFromConfig(as)
	must(client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/tropic/mine")}))(t)
	must(client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/tropic/mine:1")}))(t)
	_, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/tropic/theirs")})
	expect(t, "another's parameter", err, "AccessDeniedException")
	const text = "User: arn:aws:sts::123456789012:assumed-role/reader/me is not authorized to perform: ssm:GetParameter on resource: " +
		"arn:aws:ssm:eu-west-1:123456789012:parameter/tropic/theirs because no identity-based policy allows the ssm:GetParameter action"
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("denial %v, want %q", err, text)
	}
	_, err = client.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{"/tropic/mine", "/tropic/theirs"}})
	expect(t, "one of two", err, "AccessDeniedException")
	_, err = client.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String("/tropic/mine")})
	if expect(t, "an explicit deny", err, "AccessDeniedException"); err == nil || !strings.Contains(err.Error(), "with an explicit deny in an identity-based policy") {
		t.Errorf("denial %v", err)
	}
	_, err = iam.NewFromConfig(as).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("reader")})
	expect(t, "another service", err, "AccessDenied")
	_, err = ec2.NewFromConfig(as).DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
	expect(t, "EC2", err, "UnauthorizedOperation")

	// What a role may do changes with its policies, also for sessions that exist.
	must(iam.NewFromConfig(cfg).DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String("reader"), PolicyName: aws.String("p")}))(t)
	_, err = client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/tropic/mine")})
	expect(t, "after the policy is gone", err, "AccessDeniedException")
}

func TestTemporaryCredentials(t *testing.T) {
	t.Parallel()
	s, cfg := startCloud(t, t.TempDir())
	ctx, client := t.Context(), sts.NewFromConfig(cfg)
	c := must(client.GetSessionToken(ctx, &sts.GetSessionTokenInput{}))(t).Credentials
	if !strings.HasPrefix(aws.ToString(c.AccessKeyId), "ASIA") {
		t.Errorf("access key id %q", aws.ToString(c.AccessKeyId))
	}
	as := func(secret, token *string) error {
		_, err := sts.NewFromConfig(config(s, aws.ToString(c.AccessKeyId), aws.ToString(secret), aws.ToString(token))).
			GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	}
	if err := as(c.SecretAccessKey, c.SessionToken); err != nil {
		t.Error(err)
	}
	expect(t, "a wrong token", as(c.SecretAccessKey, aws.String("x")), "InvalidClientTokenId")
	expect(t, "no token", as(c.SecretAccessKey, nil), "InvalidClientTokenId")
	expect(t, "a wrong secret", as(aws.String("x"), c.SessionToken), "SignatureDoesNotMatch")
	session := sts.NewFromConfig(config(s, aws.ToString(c.AccessKeyId), aws.ToString(c.SecretAccessKey), aws.ToString(c.SessionToken)))
	_, err := session.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	expect(t, "a session of a session", err, "AccessDenied")
	_, err = client.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/none"), RoleSessionName: aws.String("x1")})
	expect(t, "a role that is not there", err, "AccessDenied")
}

func TestSimulatePrincipalPolicy(t *testing.T) {
	t.Parallel()
	s, cfg := startCloud(t, t.TempDir())
	assume(t, s, cfg, "r", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"ssm:*","Resource":"*","Condition":{"StringEquals":{"ssm:resourceTag/a":"b"}}},
		{"Effect":"Deny","Action":"ssm:SendCommand","Resource":"*"}]}`)
	out := must(iam.NewFromConfig(cfg).SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String("arn:aws:iam::123456789012:role/r"), ActionNames: []string{"ssm:GetParameter", "ssm:SendCommand", "ec2:RunInstances"},
		ContextEntries: []iamtypes.ContextEntry{{
			ContextKeyName: aws.String("ssm:resourceTag/a"), ContextKeyType: iamtypes.ContextKeyTypeEnumString, ContextKeyValues: []string{"b"},
		}},
	}))(t)
	want := []iamtypes.PolicyEvaluationDecisionType{"allowed", "explicitDeny", "implicitDeny"}
	if len(out.EvaluationResults) != len(want) {
		t.Fatalf("%d results", len(out.EvaluationResults))
	}
	for i, r := range out.EvaluationResults {
		if r.EvalDecision != want[i] {
			t.Errorf("%s: %s, want %s", aws.ToString(r.EvalActionName), r.EvalDecision, want[i])
		}
	}
	_, err := iam.NewFromConfig(cfg).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("u")})
	expect(t, "an operation that is not there", err, "UnsupportedOperation")
}
