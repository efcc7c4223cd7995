package iamapi_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A parameter that would narrow what is granted is refused, never ignored.
func TestWhatWouldNarrowACallIsRefused(t *testing.T) {
	t.Parallel()
	_, cfg := startCloud(t, t.TempDir())
	made := must(iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("r"), AssumeRolePolicyDocument: aws.String(trust),
	}))(t)
	in := &sts.AssumeRoleInput{RoleArn: made.Role.Arn, RoleSessionName: aws.String("me")}
	must(sts.NewFromConfig(cfg).AssumeRole(t.Context(), in))(t)
	in.Policy = aws.String(`{"Version":"2012-10-17","Statement":[]}`)
	_, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), in)
	expect(t, "a session policy", err, "UnsupportedOperation")
	_, err = iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("bounded"), AssumeRolePolicyDocument: aws.String(trust), PermissionsBoundary: made.Role.Arn,
	})
	expect(t, "a permissions boundary", err, "UnsupportedOperation")
}
