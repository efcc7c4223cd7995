// Package wire speaks the AWS wire protocols on the server's side: SigV4 verification, the Query protocol with EC2's and
// IAM's XML dialects, and JSON 1.1.
package wire

import (
	"net/http"
	"net/url"
)

// Request is one authenticated API call.
type Request struct {
	Service   string // signing name: ec2, ssm, iam, sts
	Region    string // from the credential scope
	Operation string // such as RunInstances
	ID        string // request id, a UUID; it is in the response too
	Caller    Identity
	Params    url.Values // Query protocol (ec2, iam, sts); nil for JSON
	Body      []byte     // JSON 1.1 (ssm); nil for Query
}

// Identity is who signed a call.
type Identity struct {
	AccountID   string
	AccessKeyID string
	ARN         string // arn:aws:iam::…:root, …:user/name or arn:aws:sts::…:assumed-role/role/session
	UserID      string // as GetCallerIdentity says; AROA…:session for an assumed role
	// Role is the role's name for an assumed role and empty for the account's root, which may do everything.
	Role string
	// InstanceID is set for a role that an instance got from its metadata service.
	InstanceID string
}

// Error is a refusal in AWS's terms. Handlers return it; the protocol layer renders it in the service's dialect.
type Error struct {
	Code    string // such as InvalidInstanceID.NotFound
	Message string
	Status  int // HTTP status; 0 = 400
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// HTTPStatus returns the status to answer with.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}
