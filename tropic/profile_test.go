package tropic_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func TestEnsureMakesTheProfileOnceAndDeleteTakesItAway(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	for i, want := range []bool{true, false} {
		if created, err := client.Profiles.Ensure(t.Context(), "tropic-instance"); err != nil || created != want {
			t.Fatalf("Ensure number %d = %t, %v, want %t", i+1, created, err, want)
		}
	}
	profile, err := client.Profiles.Get(t.Context(), "tropic-instance")
	if err != nil || profile.Role != "tropic-instance" || !profile.Managed {
		t.Errorf("Get = %+v, %v", profile, err)
	}
	for range 2 {
		if err := client.Profiles.Delete(t.Context(), "tropic-instance"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.Profiles.Get(t.Context(), "tropic-instance"); !errors.Is(err, tropic.ErrNotFound) {
		t.Errorf("Get after Delete: %v, want ErrNotFound", err)
	}
}

func TestEnsureRenewsAnOldPolicyAndLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	raw := iam.NewFromConfig(cloud.awsConfig())
	if _, err := client.Profiles.Ensure(t.Context(), "ours"); err != nil {
		t.Fatal(err)
	}
	if _, err := raw.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("ours"), PolicyName: aws.String("tropic-instance"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	}); err != nil {
		t.Fatal(err)
	}
	if renewed, err := client.Profiles.Ensure(t.Context(), "ours"); err != nil || !renewed {
		t.Errorf("Ensure over a widened policy = %t, %v, want it renewed", renewed, err)
	}
	if _, err := raw.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("theirs")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Profiles.Ensure(t.Context(), "theirs"); !errors.Is(err, tropic.ErrConflict) {
		t.Errorf("Ensure of a profile without a role that is not ours: %v, want a refusal", err)
	}
	if err := client.Profiles.Delete(t.Context(), "theirs"); !errors.Is(err, tropic.ErrConflict) {
		t.Errorf("Delete of a profile that is not ours: %v, want a refusal", err)
	}
}

func TestARefusedCallNamesThePermission(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
		if call.Operation != "CreateRole" {
			return nil
		}
		return &localcloud.Fault{Code: "AccessDenied", Status: 403, Message: "User: arn:aws:iam::123456789012:user/ann is not " +
			"authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/tropic-instance because no " +
			"identity-based policy allows the iam:CreateRole action"}
	})
	_, err := cloud.client(t).Profiles.Ensure(t.Context(), "tropic-instance")
	var typed *tropic.Error
	if !errors.As(err, &typed) || !errors.Is(err, tropic.ErrPermission) || typed.RequestID == "" || typed.AWSCode != "AccessDenied" ||
		!strings.Contains(err.Error(), "lacks the permission iam:CreateRole on arn:aws:iam::123456789012:role/tropic-instance") {
		t.Errorf("error %#v, want one that names iam:CreateRole", err)
	}
}

// TestThePolicyGrantsNothingBeyondTheMachine reads the document as IAM does.
func TestThePolicyGrantsNothingBeyondTheMachine(t *testing.T) {
	t.Parallel()
	var document struct {
		Statement []struct {
			Sid, Effect      string
			Action, Resource []string
			Condition        map[string]map[string]string
		}
	}
	if err := json.Unmarshal([]byte(tropic.PolicyDocument()), &document); err != nil {
		t.Fatal(err)
	}
	for _, s := range document.Statement {
		for _, action := range s.Action {
			if strings.Contains(action, "*") || action == "ssm:GetParametersByPath" {
				t.Errorf("%s grants %s", s.Sid, action)
			}
		}
		for _, resource := range s.Resource {
			instances := strings.Contains(resource, "/tropic/instances/")
			own := s.Condition["StringEquals"]["ssm:resourceTag/tropic:instance-arn"] == "${ec2:SourceInstanceARN}"
			if instances && !own {
				t.Errorf("%s reaches other machines' parameters: %s", s.Sid, resource)
			}
			if resource == "*" && slices.ContainsFunc(s.Action, func(a string) bool { return strings.Contains(a, "GetParameter") || strings.Contains(a, "PutParameter") }) {
				t.Errorf("%s reaches all parameters", s.Sid)
			}
		}
	}
}
