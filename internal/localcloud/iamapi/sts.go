package iamapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type callerOutput struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string `xml:"Account"`
}

func (s *Service) getCallerIdentity(req wire.Request, _ wire.Query) (any, error) {
	return callerOutput{req.Caller.ARN, req.Caller.UserID, req.Caller.AccountID}, nil
}

type assumeOutput struct {
	Credentials struct {
		AccessKeyID string `xml:"AccessKeyId"`
		Secret      string `xml:"SecretAccessKey"`
		Token       string `xml:"SessionToken"`
		Expires     string `xml:"Expiration"`
	} `xml:"Credentials"`
	User struct {
		ID  string `xml:"AssumedRoleId"`
		ARN string `xml:"Arn"`
	} `xml:"AssumedRoleUser"`
}

// assumeRole does not read trust policies: in an account of one root, who may assume a role is decided by identity.
func (s *Service) assumeRole(_ wire.Request, q wire.Query) (any, error) {
	session := q.String("RoleSessionName")
	if err := checkName("roleSessionName", session); err != nil {
		return nil, err
	}
	name, mine := strings.CutPrefix(q.String("RoleArn"), s.arn("role", ""))
	r := s.roles[name]
	if !mine || r == nil {
		return nil, &wire.Error{
			Code: "AccessDenied", Status: http.StatusForbidden,
			Message: "Not authorized to perform sts:AssumeRole on " + q.String("RoleArn"),
		}
	}
	seconds, err := q.Int("DurationSeconds", 3600)
	if err != nil {
		return nil, err
	}
	if seconds < 900 || seconds > 43200 {
		return nil, &wire.Error{Code: "ValidationError", Message: "DurationSeconds must be from 900 to 43200."}
	}
	t := s.mint(r, session, time.Duration(seconds)*time.Second)
	var out assumeOutput
	out.Credentials.AccessKeyID, out.Credentials.Secret, out.Credentials.Token = t.AccessKeyID, t.Secret, t.Token
	out.Credentials.Expires = stamp(t.Expires)
	out.User.ID, out.User.ARN = s.keys[t.AccessKeyID].Identity.UserID, s.keys[t.AccessKeyID].Identity.ARN
	return out, nil
}
