package tropic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// codeKinds maps AWS error codes to kinds. Sources: "Error codes for the Amazon EC2 API", the Errors sections of the
// Systems Manager and IAM API references. Codes that follow a pattern (….NotFound, ….Duplicate, ….Malformed) are not here.
var codeKinds = map[string]error{
	"NoSuchEntity":      ErrNotFound,
	"ParameterNotFound": ErrNotFound,

	"EntityAlreadyExists":          ErrConflict,
	"DeleteConflict":               ErrConflict,
	"DependencyViolation":          ErrConflict,
	"IdempotentParameterMismatch":  ErrConflict,
	"IdempotentInstanceTerminated": ErrConflict,
	"IncorrectInstanceState":       ErrConflict,
	"IncorrectState":               ErrConflict,
	"OperationNotPermitted":        ErrConflict,
	"ParameterAlreadyExists":       ErrConflict,
	"ResourceCountExceeded":        ErrConflict,
	"InvalidInstanceId":            ErrNotConnected, // Systems Manager: not registered, or not known at all
	"InvalidParameterValue":        ErrValidation,
	"InvalidParameterCombination":  ErrValidation,
	"InvalidParameter":             ErrValidation,
	"MissingParameter":             ErrValidation,
	"ValidationError":              ErrValidation,
	"ValidationException":          ErrValidation,
	"Unsupported":                  ErrValidation,
	"UnauthorizedOperation":        ErrPermission,
	"AccessDenied":                 ErrPermission,
	"AccessDeniedException":        ErrPermission,
	"AuthFailure":                  ErrPermission,
	"OptInRequired":                ErrPermission,
	"UnrecognizedClientException":  ErrPermission,
	"InvalidClientTokenId":         ErrPermission,
	"SignatureDoesNotMatch":        ErrPermission,
	"InvalidSignatureException":    ErrPermission,
	"ExpiredToken":                 ErrPermission,
	"ExpiredTokenException":        ErrPermission,
	"RequestExpired":               ErrPermission,
	"IncompleteSignature":          ErrPermission,
	"MissingAuthenticationToken":   ErrPermission,
}

// nextSteps says what a person can do about an AWS error code.
var nextSteps = map[string]string{
	"InsufficientInstanceCapacity": "AWS has none of this size free in the availability zone right now: try again in a " +
		"few minutes, or choose another instance type, subnet or region",
	"InsufficientHostCapacity": "try again in a few minutes, or choose another subnet or region",
	"Unsupported":              "choose another instance type, or a subnet in another availability zone",
	"VcpuLimitExceeded": "the account's vCPU quota is used up: end machines that are not needed, or raise \"Running " +
		"On-Demand Standard instances\" under Service Quotas",
	"InstanceLimitExceeded": "the account's instance quota is used up: end machines that are not needed, or raise it " +
		"under Service Quotas",
	"SecurityGroupLimitExceeded": "delete security groups that nothing uses, or raise \"VPC security groups per Region\" " +
		"under Service Quotas",
	"RulesPerSecurityGroupLimitExceeded": "give fewer or wider address ranges: a security group holds 60 inbound rules " +
		"by default, and each proxy range takes three",
	"VolumeLimitExceeded": "delete volumes that nothing uses, or raise the gp3 storage quota under Service Quotas",
	"ParameterLimitExceeded": "Parameter Store holds 10,000 standard parameters in an account and region: delete what is " +
		"not needed, or use another region",
	"OptInRequired":               "the region is not enabled in this AWS account: enable it, or choose another",
	"ExpiredToken":                "the AWS session has ended: sign in again, for example with `aws sso login`",
	"ExpiredTokenException":       "the AWS session has ended: sign in again, for example with `aws sso login`",
	"RequestExpired":              "check this machine's clock: AWS refuses requests that are more than 5 minutes off",
	"SignatureDoesNotMatch":       "check the secret access key, and this machine's clock",
	"InvalidSignatureException":   "check the secret access key, and this machine's clock",
	"InvalidClientTokenId":        "check the access key: AWS does not know it",
	"UnrecognizedClientException": "check the access key: AWS does not know it",
	"AuthFailure":                 "check the access key: AWS does not know it, or it may not be used in this region",
}

// failure turns what an AWS call returned into an *Error about the object. An *Error, and nil, pass unchanged, so that
// the innermost description, which knows most, is kept.
func failure(op, resource, id string, err error) error {
	if err == nil {
		return nil
	}
	var typed *Error
	var command *CommandError
	if errors.As(err, &typed) || errors.As(err, &command) {
		return err
	}
	e := &Error{Op: op, Resource: resource, ID: id, Err: err}
	var api smithy.APIError
	var dial *net.OpError
	switch {
	case errors.As(err, &api):
		e.describeAPI(api, err)
	case errors.Is(err, context.DeadlineExceeded):
		e.Kind, e.Reason = ErrTimeout, "the time allowed was over: "+context.DeadlineExceeded.Error()
	case errors.Is(err, context.Canceled):
		e.Reason = context.Canceled.Error()
	case isCredentialError(err):
		e.Kind, e.Reason = ErrPermission, "no usable AWS credentials were found"
		e.Next = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`; without an " +
			"AWS account, start the embedded cloud (`tropic local up`) and use what `tropic local env` prints"
	case errors.As(err, &dial):
		e.Reason = "AWS cannot be reached: " + dial.Error()
		e.Next = "check the network, and the endpoint if you set one (the embedded cloud is started with `tropic local up`)"
	}
	return e
}

func (e *Error) describeAPI(api smithy.APIError, err error) {
	e.AWSCode = api.ErrorCode()
	e.RequestID = requestID(err)
	e.Kind = codeKind(e.AWSCode)
	e.Next = nextSteps[e.AWSCode]
	e.Reason = api.ErrorMessage()
	if e.Reason == "" {
		e.Reason = "AWS refused the call"
	}
	if permission, found := missingPermission(api, err); found {
		e.Reason = permission.String()
		e.Next = "allow " + permission.Action + " in the IAM policies of that identity"
	}
}

// codeKind returns the kind of an AWS error code, or nil.
func codeKind(code string) error {
	if kind, found := codeKinds[code]; found {
		return kind
	}
	if _, found := retry.DefaultThrottleErrorCodes[code]; found {
		return ErrThrottled
	}
	switch {
	case strings.HasSuffix(code, ".NotFound") || strings.HasSuffix(code, ".NotFoundException"):
		return ErrNotFound
	case strings.HasSuffix(code, ".Duplicate") || strings.HasSuffix(code, ".InUse"):
		return ErrConflict
	case strings.HasSuffix(code, ".Malformed"):
		return ErrValidation
	}
	return nil
}

// awsCode returns the AWS error code in err, or "".
func awsCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// hasCode reports whether err is one of the AWS error codes.
func hasCode(err error, codes ...string) bool {
	code := awsCode(err)
	return code != "" && slices.Contains(codes, code)
}

// refused reports whether AWS answered and said no for good, so that the call had no effect and will have none.
func refused(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorFault() != smithy.FaultServer && !errors.Is(codeKind(api.ErrorCode()), ErrThrottled)
}

func requestID(err error) string {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.ServiceRequestID()
	}
	return ""
}

func isCredentialError(err error) bool {
	text := err.Error()
	return strings.Contains(text, "get credentials: ") || strings.Contains(text, "refresh cached credentials") ||
		strings.Contains(text, "get identity: ")
}

// permission is what a refused caller lacks.
type permission struct{ Identity, Action, Object string }

func (p permission) String() string {
	who := "this AWS identity"
	if p.Identity != "" {
		who = p.Identity
	}
	s := who + " lacks the permission " + p.Action
	if p.Object != "" {
		s += " on " + p.Object
	}
	return s
}

// notAuthorized reads the sentence with which IAM refuses, in all services: "User: ARN is not authorized to perform:
// ACTION on resource: ARN because no identity-based policy allows the ACTION action" (IAM user guide, "Troubleshoot
// access denied error messages"). EC2 may add an encoded message, which only AWS support can read.
var notAuthorized = regexp.MustCompile(
	`(?:User: (\S+) )?is not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9*]+)(?: on resource: (\S+))?`)

func missingPermission(api smithy.APIError, err error) (permission, bool) {
	if match := notAuthorized.FindStringSubmatch(api.ErrorMessage()); match != nil {
		return permission{Identity: match[1], Action: match[2], Object: strings.TrimRight(match[3], ".")}, true
	}
	if api.ErrorCode() != "UnauthorizedOperation" && !strings.HasPrefix(api.ErrorCode(), "AccessDenied") {
		return permission{}, false
	}
	var operation *smithy.OperationError // short answers name nothing: then it is the call itself
	if !errors.As(err, &operation) {
		return permission{}, false
	}
	return permission{Action: fmt.Sprintf("%s:%s", strings.ToLower(operation.Service()), operation.Operation())}, true
}
