// Package iamapi answers the IAM and STS operations that Tropic calls, keeps roles, instance profiles and temporary
// credentials, and decides what an assumed role may do.
//
// Behaviour follows the IAM API Reference (2010-05-08) and the STS API Reference (2011-06-15).
package iamapi

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Deps is what the service works with; all are required.
type Deps struct {
	Journal             *journal.Journal
	AccountID           string
	AccessKeyID, Secret string // of the account's root
	Now                 func() time.Time
}

// Service holds IAM's state. It is safe for concurrent use. Temporary credentials live in memory: after a restart of the
// cloud they are gone, and instances fetch new ones from metadata.
type Service struct {
	Deps

	mu       sync.Mutex
	roles    map[string]*Role
	profiles map[string]*Profile
	keys     map[string]wire.Key
}

// Role is one role with its policies.
type Role struct {
	Name     string            `json:"name"`
	ID       string            `json:"id"`
	Path     string            `json:"path"`
	Trust    string            `json:"trust"`
	Created  time.Time         `json:"created"`
	Inline   map[string]string `json:"inline"`
	Attached []string          `json:"attached"` // ARNs of managed policies
	Tags     map[string]string `json:"tags"`

	Description string `json:"description,omitempty"`
}

// Profile is one instance profile; it holds at most one role.
type Profile struct {
	Name    string            `json:"name"`
	ID      string            `json:"id"`
	Path    string            `json:"path"`
	Role    string            `json:"role,omitempty"`
	Created time.Time         `json:"created"`
	Tags    map[string]string `json:"tags"`
}

const (
	kindRole    = "iam-role"
	kindProfile = "iam-instance-profile"
)

// New loads the state.
func New(deps Deps) (*Service, error) {
	s := &Service{Deps: deps, roles: map[string]*Role{}, profiles: map[string]*Profile{}, keys: map[string]wire.Key{}}
	if err := load(deps.Journal, kindRole, s.roles); err != nil {
		return nil, err
	}
	return s, load(deps.Journal, kindProfile, s.profiles)
}

func load[T any](j *journal.Journal, kind string, into map[string]*T) error {
	return j.Each(kind, func(key string, raw json.RawMessage) error {
		v := new(T)
		into[key] = v
		return json.Unmarshal(raw, v)
	})
}

type operation func(*Service, wire.Request, wire.Query) (any, error)

var operations = map[string]map[string]operation{
	"iam": {
		"CreateRole":                    (*Service).createRole,
		"GetRole":                       (*Service).getRole,
		"ListRoles":                     (*Service).listRoles,
		"UpdateAssumeRolePolicy":        (*Service).updateAssumeRolePolicy,
		"TagRole":                       (*Service).tagRole,
		"UntagRole":                     (*Service).untagRole,
		"ListRoleTags":                  (*Service).listRoleTags,
		"SimulatePrincipalPolicy":       (*Service).simulatePrincipalPolicy,
		"DeleteRole":                    (*Service).deleteRole,
		"PutRolePolicy":                 (*Service).putRolePolicy,
		"GetRolePolicy":                 (*Service).getRolePolicy,
		"DeleteRolePolicy":              (*Service).deleteRolePolicy,
		"ListRolePolicies":              (*Service).listRolePolicies,
		"AttachRolePolicy":              (*Service).attachRolePolicy,
		"DetachRolePolicy":              (*Service).detachRolePolicy,
		"ListAttachedRolePolicies":      (*Service).listAttachedRolePolicies,
		"CreateInstanceProfile":         (*Service).createInstanceProfile,
		"GetInstanceProfile":            (*Service).getInstanceProfile,
		"ListInstanceProfiles":          (*Service).listInstanceProfiles,
		"ListInstanceProfilesForRole":   (*Service).listInstanceProfilesForRole,
		"TagInstanceProfile":            (*Service).tagInstanceProfile,
		"UntagInstanceProfile":          (*Service).untagInstanceProfile,
		"DeleteInstanceProfile":         (*Service).deleteInstanceProfile,
		"AddRoleToInstanceProfile":      (*Service).addRoleToInstanceProfile,
		"RemoveRoleFromInstanceProfile": (*Service).removeRoleFromInstanceProfile,
	},
	"sts": {
		"GetCallerIdentity": (*Service).getCallerIdentity,
		"AssumeRole":        (*Service).assumeRole,
		"GetSessionToken":   (*Service).getSessionToken,
	},
}

// Handle answers one call to IAM or STS.
func (s *Service) Handle(_ context.Context, req wire.Request) (any, error) {
	op, found := operations[req.Service][req.Operation]
	if !found {
		return nil, &wire.Error{
			Code: "UnsupportedOperation", Message: "The embedded cloud does not implement " + req.Service + ":" + req.Operation + ".",
		}
	}
	if req.Operation != "GetCallerIdentity" {
		if err := s.Authorize(req, req.Service+":"+req.Operation, []Resource{{ARN: s.target(req)}}); err != nil {
			return nil, err
		}
	}
	q := wire.NewQuery(req.Params)
	if err := checkSupported(req.Operation, q); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, req, q)
}

// target is the ARN a call is about.
func (s *Service) target(req wire.Request) string {
	q := wire.NewQuery(req.Params)
	switch {
	case q.String("RoleArn") != "":
		return q.String("RoleArn")
	case q.String("InstanceProfileName") != "":
		return s.arn("instance-profile", q.String("InstanceProfileName"))
	}
	return s.arn("role", q.String("RoleName"))
}

func (s *Service) arn(kind, name string) string {
	return fmt.Sprintf("arn:aws:iam::%s:%s/%s", s.AccountID, kind, name)
}

// RootIdentity is who signs with the account's own key.
func (s *Service) RootIdentity() wire.Identity {
	return wire.Identity{AccountID: s.AccountID, ARN: "arn:aws:iam::" + s.AccountID + ":root", UserID: s.AccountID}
}

// LookupKey finds the account's key, or a temporary one.
func (s *Service) LookupKey(accessKeyID string) (wire.Key, bool) {
	if accessKeyID == s.AccessKeyID {
		return wire.Key{Secret: s.Secret, Identity: s.RootIdentity()}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key, found := s.keys[accessKeyID]
	return key, found
}

// InstanceProfile finds a profile; role is empty when it holds none.
func (s *Service) InstanceProfile(name string) (arn, id, role string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.profiles[name]
	if p == nil {
		return "", "", "", false
	}
	return s.arn("instance-profile", name), p.ID, p.Role, true
}

// Temporary is a set of temporary credentials.
type Temporary struct {
	AccessKeyID, Secret, Token string
	Issued, Expires            time.Time
}

// instanceSession is how long credentials from instance metadata last.
const instanceSession = 6 * time.Hour

// InstanceCredentials makes temporary credentials of a role for an instance.
func (s *Service) InstanceCredentials(role, instanceID string) (Temporary, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roles[role]
	if r == nil {
		return Temporary{}, noSuchEntity("role", role)
	}
	identity := s.session(r, instanceID)
	identity.InstanceID = instanceID
	return s.mint(identity, instanceSession), nil
}

// session is who a role is assumed as.
func (s *Service) session(r *Role, name string) wire.Identity {
	return wire.Identity{
		AccountID: s.AccountID, Role: r.Name, UserID: r.ID + ":" + name,
		ARN: fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", s.AccountID, r.Name, name),
	}
}

// mint makes temporary credentials, and forgets those that have expired.
func (s *Service) mint(identity wire.Identity, life time.Duration) Temporary {
	now := s.Now().UTC()
	for id, key := range s.keys {
		if now.After(key.Expires) {
			delete(s.keys, id)
		}
	}
	t := Temporary{AccessKeyID: newID("ASIA"), Secret: newSecret(30), Token: newSecret(96), Issued: now, Expires: now.Add(life)}
	s.keys[t.AccessKeyID] = wire.Key{Secret: t.Secret, Token: t.Token, Expires: t.Expires, Identity: identity}
	return t
}

// newID returns an IAM unique id: a prefix and 16 characters.
func newID(prefix string) string {
	var raw [10]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	return prefix + base32.StdEncoding.EncodeToString(raw[:])
}

func newSecret(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(raw)
}

var entityName = regexp.MustCompile(`^[\w+=,.@-]+$`)

func checkName(param, name string, most int) error {
	switch {
	case !entityName.MatchString(name):
		return &wire.Error{
			Code:    "ValidationError",
			Message: fmt.Sprintf("The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", param),
		}
	case len(name) > most:
		return &wire.Error{
			Code: "ValidationError",
			Message: fmt.Sprintf("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d",
				param, most),
		}
	}
	return nil
}

func pathRefused(path string) error {
	return &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud does not implement IAM paths such as " + path + "."}
}

func noSuchEntity(kind, name string) error {
	return &wire.Error{
		Code: "NoSuchEntity", Status: http.StatusNotFound, Message: fmt.Sprintf("The %s with name %s cannot be found.", kind, name),
	}
}

func exists(kind, name string) error {
	return &wire.Error{
		Code: "EntityAlreadyExists", Status: http.StatusConflict, Message: fmt.Sprintf("%s with name %s already exists.", kind, name),
	}
}
