// Package ec2api answers the EC2 operations that Tropic calls: instances, security groups, key pairs, images, tags and
// the default VPC, each region a space of its own. What it does not implement is refused by name.
//
// Behaviour follows the EC2 API Reference, API version 2016-11-15.
package ec2api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Machines gives instances a body; the server implements it over a driver. Calls are made without any lock held.
type Machines interface {
	Create(ctx context.Context, m driver.Machine) error
	Start(ctx context.Context, id string, exited func(error)) error
	Stop(ctx context.Context, id string) error
	Destroy(ctx context.Context, id string) error
}

// Profiles finds instance profiles; package iamapi implements it.
type Profiles interface {
	// InstanceProfile returns the profile's ARN, id and role, and false when there is no such profile.
	InstanceProfile(name string) (arn, id, role string, ok bool)
}

// Timing says how long intermediate states last. Real ones take 5 to 60 seconds.
type Timing struct{ Pending, Stopping, ShuttingDown time.Duration }

// Deps is what the service works with; all but Logger are required.
type Deps struct {
	Journal   *journal.Journal
	AccountID string
	Regions   []string
	Images    []Image
	Machines  Machines
	Profiles  Profiles
	Timing    Timing
	Lag       lag.Config
	Now       func() time.Time
	// After returns a channel that delivers once d has passed, as time.After does.
	After  func(d time.Duration) <-chan time.Time
	Logger *slog.Logger
}

// Image is an AMI of the account, in every region.
type Image struct {
	ID           string
	Architecture string
	Created      time.Time
	Tags         map[string]string
	Driver       driver.Image
}

// Service holds EC2's state. It is safe for concurrent use.
type Service struct {
	Deps

	life context.Context // ends when the cloud closes: no transition starts after that
	end  context.CancelFunc
	work sync.WaitGroup

	visible visible

	mu        sync.Mutex
	instances map[string]*Instance
	groups    map[string]*SecurityGroup
	keys      map[string]*KeyPair
}

// Kinds of journal entities.
const (
	kindInstance = "ec2-instance"
	kindGroup    = "ec2-security-group"
	kindKey      = "ec2-key-pair"
)

// New loads the state and makes the default groups. Resume goes on with what an earlier run left.
func New(deps Deps) (*Service, error) {
	s := &Service{Deps: deps, visible: newVisible(deps.Lag)}
	s.life, s.end = context.WithCancel(context.Background())
	var err error
	if s.instances, err = load[Instance](deps.Journal, kindInstance); err != nil {
		return nil, err
	}
	if s.groups, err = load[SecurityGroup](deps.Journal, kindGroup); err != nil {
		return nil, err
	}
	if s.keys, err = load[KeyPair](deps.Journal, kindKey); err != nil {
		return nil, err
	}
	return s, s.ensureDefaultGroups()
}

// Close waits for transitions under way to be abandoned; their states stay as they are in the journal.
func (s *Service) Close() {
	s.mu.Lock() // so that none is just beginning
	s.end()
	s.mu.Unlock()
	s.work.Wait()
}

// operation is the signature of every handler; it runs under the lock.
type operation func(*Service, wire.Request, wire.Query) (any, error)

var operations = map[string]operation{
	"RunInstances":                  (*Service).runInstances,
	"DescribeInstances":             (*Service).describeInstances,
	"StartInstances":                (*Service).startInstances,
	"StopInstances":                 (*Service).stopInstances,
	"TerminateInstances":            (*Service).terminateInstances,
	"ModifyInstanceAttribute":       (*Service).modifyInstanceAttribute,
	"CreateSecurityGroup":           (*Service).createSecurityGroup,
	"DeleteSecurityGroup":           (*Service).deleteSecurityGroup,
	"DescribeSecurityGroups":        (*Service).describeSecurityGroups,
	"DescribeSecurityGroupRules":    (*Service).describeSecurityGroupRules,
	"AuthorizeSecurityGroupIngress": (*Service).authorizeIngress,
	"RevokeSecurityGroupIngress":    (*Service).revokeIngress,
	"CreateKeyPair":                 (*Service).createKeyPair,
	"DescribeKeyPairs":              (*Service).describeKeyPairs,
	"DeleteKeyPair":                 (*Service).deleteKeyPair,
	"DescribeImages":                (*Service).describeImages,
	"CreateTags":                    (*Service).createTags,
	"DeleteTags":                    (*Service).deleteTags,
	"DescribeVpcs":                  (*Service).describeVpcs,
	"DescribeSubnets":               (*Service).describeSubnets,
}

// Handle answers one call.
func (s *Service) Handle(_ context.Context, req wire.Request) (any, error) {
	op, found := operations[req.Operation]
	if !found {
		return nil, &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud does not implement ec2:" + req.Operation + "."}
	}
	if !slices.Contains(s.Regions, req.Region) {
		return nil, &wire.Error{Code: "AuthFailure", Status: http.StatusUnauthorized, Message: "The embedded cloud has no region " + req.Region + "."}
	}
	if err := checkParameters(req); err != nil {
		return nil, err
	}
	q := wire.NewQuery(req.Params)
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.Bool("DryRun") {
		return nil, &wire.Error{
			Code: "DryRunOperation", Status: http.StatusPreconditionFailed,
			Message: "Request would have succeeded, but DryRun flag is set.",
		}
	}
	return op(s, req, q)
}

func load[T any](j *journal.Journal, kind string) (map[string]*T, error) {
	out := map[string]*T{}
	return out, j.Each(kind, func(key string, raw json.RawMessage) error {
		v := new(T)
		out[key] = v
		return json.Unmarshal(raw, v)
	})
}

// newID returns an EC2 id: the prefix and 17 random hexadecimal digits.
func newID(prefix string) string {
	var raw [9]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	return prefix + "-" + hex.EncodeToString(raw[:])[:17]
}

// Errors that several operations share.
func invalidValue(param, value, why string) error {
	return &wire.Error{
		Code: "InvalidParameterValue", Message: fmt.Sprintf("Value (%s) for parameter %s is invalid. %s", value, param, why),
	}
}

func combination(why string) error {
	return &wire.Error{Code: "InvalidParameterCombination", Message: why}
}

func missing(param string) error {
	return &wire.Error{Code: "MissingParameter", Message: "The request must contain the parameter " + param}
}
