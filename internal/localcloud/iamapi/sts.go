package iamapi

import (
	"fmt"
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

type credentialsXML struct {
	AccessKeyID string `xml:"AccessKeyId"`
	Secret      string `xml:"SecretAccessKey"`
	Token       string `xml:"SessionToken"`
	Expires     string `xml:"Expiration"`
}

func (t Temporary) render() credentialsXML {
	return credentialsXML{t.AccessKeyID, t.Secret, t.Token, stamp(t.Expires)}
}

type userXML struct {
	ID  string `xml:"AssumedRoleId"`
	ARN string `xml:"Arn"`
}

type assumeOutput struct {
	Credentials credentialsXML `xml:"Credentials"`
	User        userXML        `xml:"AssumedRoleUser"`
}

// assumeRole does not read trust policies: in an account of one root, who may assume a role is decided by identity.
func (s *Service) assumeRole(_ wire.Request, q wire.Query) (any, error) {
	session := q.String("RoleSessionName")
	if err := checkName("roleSessionName", session, 64); err != nil {
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
	life, err := duration(q, maxSession, 900, 43200)
	if err != nil {
		return nil, err
	}
	identity := s.session(r, session)
	return assumeOutput{s.mint(identity, life).render(), userXML{identity.UserID, identity.ARN}}, nil
}

type sessionOutput struct {
	Credentials credentialsXML `xml:"Credentials"`
}

// getSessionToken makes temporary credentials of the caller's own identity.
func (s *Service) getSessionToken(req wire.Request, q wire.Query) (any, error) {
	if _, temporary := s.keys[req.Caller.AccessKeyID]; temporary {
		return nil, &wire.Error{Code: "AccessDenied", Status: http.StatusForbidden, Message: "Cannot call GetSessionToken with session credentials"}
	}
	life, err := duration(q, maxSession, 900, 129600)
	if err != nil {
		return nil, err
	}
	return sessionOutput{s.mint(req.Caller, life).render()}, nil
}

// duration reads DurationSeconds.
func duration(q wire.Query, fallback, least, most int) (time.Duration, error) {
	seconds, err := q.Int("DurationSeconds", fallback)
	if err != nil {
		return 0, err
	}
	if seconds < least || seconds > most {
		return 0, &wire.Error{Code: "ValidationError", Message: fmt.Sprintf("DurationSeconds must be from %d to %d.", least, most)}
	}
	return time.Duration(seconds) * time.Second, nil
}
