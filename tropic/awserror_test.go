package tropic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

func apiError(code, message string) error {
	return &smithy.OperationError{
		ServiceID: "EC2", OperationName: "RunInstances",
		Err: &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultClient},
	}
}

func TestFailuresSpeakOfTropic(t *testing.T) {
	t.Parallel()
	const encoded = "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ann is not " +
		"authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no " +
		"identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6X"
	for name, test := range map[string]struct {
		err  error
		kind error
		want []string
		not  string
	}{
		"permission, long": {apiError("UnauthorizedOperation", encoded), ErrPermission, []string{
			"arn:aws:iam::123456789012:user/ann lacks the permission ec2:RunInstances on arn:aws:ec2:us-east-1:123456789012:instance/*",
			"allow ec2:RunInstances",
		}, "4GIOHl"},
		"permission, short": {
			apiError("UnauthorizedOperation", "You are not authorized to perform this operation."), ErrPermission,
			[]string{"this AWS identity lacks the permission ec2:RunInstances", "allow ec2:RunInstances"},
			"",
		},
		"pass role": {
			apiError("UnauthorizedOperation", "User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/tropic-instance"),
			ErrPermission,
			[]string{"lacks the permission iam:PassRole on arn:aws:iam::1:role/tropic-instance"},
			"",
		},
		"capacity": {
			apiError("InsufficientInstanceCapacity", "We currently do not have sufficient t3.micro capacity."), nil,
			[]string{"sufficient t3.micro capacity", "another instance type, subnet or region"},
			"",
		},
		"vCPU quota":      {apiError("VcpuLimitExceeded", "You have requested more vCPU capacity."), nil, []string{"Service Quotas"}, ""},
		"throttled":       {apiError("RequestLimitExceeded", "Request limit exceeded."), ErrThrottled, []string{"(RequestLimitExceeded)"}, ""},
		"absent":          {apiError("InvalidInstanceID.NotFound", "The instance ID 'i-1' does not exist"), ErrNotFound, nil, ""},
		"IAM absent":      {apiError("NoSuchEntity", "gone"), ErrNotFound, nil, ""},
		"taken":           {apiError("InvalidGroup.Duplicate", "exists"), ErrConflict, nil, ""},
		"malformed":       {apiError("InvalidAMIID.Malformed", "bad"), ErrValidation, nil, ""},
		"not registered":  {apiError("InvalidInstanceId", "Instances not in a valid state"), ErrNotConnected, nil, ""},
		"session over":    {apiError("ExpiredToken", "expired"), ErrPermission, []string{"aws sso login"}, ""},
		"deadline":        {fmt.Errorf("call: %w", context.DeadlineExceeded), ErrTimeout, nil, ""},
		"no message":      {apiError("Strange", ""), nil, []string{"AWS refused the call (Strange)"}, ""},
		"no credentials":  {errors.New("operation error EC2: X, get identity: get credentials: failed to refresh cached credentials"), ErrPermission, []string{"AWS_PROFILE"}, ""},
		"caller gave up":  {fmt.Errorf("call: %w", context.Canceled), nil, []string{"context canceled"}, ""},
		"no role, no key": {apiError("InvalidClientTokenId", "bad token"), ErrPermission, []string{"check the access key"}, ""},
	} {
		err := failure("creating", "instance", "desk", test.err)
		if !strings.HasPrefix(err.Error(), "creating instance desk: ") {
			t.Errorf("%s: %q does not say what was done", name, err)
		}
		if test.kind != nil && !errors.Is(err, test.kind) {
			t.Errorf("%s: %q is not %v", name, err, test.kind)
		}
		if e, _ := asError(err); test.kind == nil && e.Kind != nil {
			t.Errorf("%s: %q is of kind %v, want none", name, err, e.Kind)
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
		if test.not != "" && strings.Contains(err.Error(), test.not) {
			t.Errorf("%s: %q says %q", name, err, test.not)
		}
	}
}

func TestFailureKeepsTheInnermostDescription(t *testing.T) {
	t.Parallel()
	inner := invalid("instance", "ssh_key", "x", "is wrong", "")
	if got := failure("creating", "instance", "desk", inner); got != error(inner) { //nolint:errorlint // identity is meant
		t.Errorf("failure wrapped %v as %v", inner, got)
	}
	command := &CommandError{CommandID: "c", InstanceID: "i", Status: "Failed", ExitCode: 3, Stderr: "first\nlast words\n"}
	if got := failure("reconciling", "instance", "i", command); !errors.Is(got, ErrCommandFailed) {
		t.Errorf("failure hid the kind of %v", got)
	}
	if text := command.Error(); !strings.Contains(text, "exit code 3: last words") {
		t.Errorf("command error reads %q", text)
	}
	if failure("x", "y", "z", nil) != nil {
		t.Error("no failure became one")
	}
}
