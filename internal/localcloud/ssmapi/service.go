// Package ssmapi answers the Systems Manager operations that Tropic calls: Parameter Store, RunCommand and the list of
// managed nodes. Commands really run, through the machine's driver; a machine that cannot run them is not registered.
//
// Behaviour follows the Systems Manager API Reference (2014-11-06).
package ssmapi

import (
	"context"
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/iamapi"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Node is a machine with an agent, as far as this service sees it.
type Node struct {
	ID, Hostname, IP string
	Online           bool      // the agent has registered and the machine runs
	Registered       bool      // the agent has been online before
	Since            time.Time // when the agent came online in this boot; it tells boots apart
	LastPing         time.Time
	Tags             map[string]string
}

// Fleet is the machines; the server implements it over EC2 and the driver.
type Fleet interface {
	Nodes(region string) []Node
	Exec(ctx context.Context, instanceID string, cmd driver.Command) (driver.Result, error)
}

// Authorizer decides what an assumed role may do; package iamapi implements it.
type Authorizer interface {
	Authorize(req wire.Request, action string, resources []iamapi.Resource) error
}

// Deps is what the service works with; all are required.
type Deps struct {
	Journal   *journal.Journal
	Dir       string // holds the key that SecureStrings are encrypted with
	AccountID string
	Fleet     Fleet
	Authorize Authorizer
	// Delivery is how long a command takes to reach the agent; until then its invocation does not exist.
	Delivery time.Duration
	Lag      lag.Config
	Now      func() time.Time
	After    func(time.Duration) <-chan time.Time
	Logger   *slog.Logger
}

// Service holds Systems Manager's state. It is safe for concurrent use.
type Service struct {
	Deps
	seal cipher.AEAD

	life context.Context // ends when the cloud closes
	end  context.CancelFunc
	work sync.WaitGroup

	visible visible

	mu         sync.Mutex
	parameters map[string]*Parameter   // by region and name
	history    map[string][]*Parameter // older versions, oldest first
	commands   map[string]*Command     // by id
	cancels    map[string]context.CancelFunc
}

const (
	kindParameter = "ssm-parameter"
	kindVersion   = "ssm-parameter-version"
	kindCommand   = "ssm-command"
)

// New loads the state and takes up the commands that an earlier cloud left.
func New(deps Deps) (*Service, error) {
	seal, err := openSeal(deps.Dir)
	if err != nil {
		return nil, err
	}
	s := &Service{
		Deps: deps, seal: seal, visible: newVisible(deps.Lag),
		parameters: map[string]*Parameter{}, history: map[string][]*Parameter{}, commands: map[string]*Command{}, cancels: map[string]context.CancelFunc{},
	}
	s.life, s.end = context.WithCancel(context.Background())
	if err := load(deps.Journal, kindParameter, s.parameters); err != nil {
		return nil, err
	}
	if err := s.loadHistory(); err != nil {
		return nil, err
	}
	if err := load(deps.Journal, kindCommand, s.commands); err != nil {
		return nil, err
	}
	s.resume()
	return s, nil
}

func load[T any](j *journal.Journal, kind string, into map[string]*T) error {
	return j.Each(kind, func(key string, raw json.RawMessage) error {
		v := new(T)
		into[key] = v
		return json.Unmarshal(raw, v)
	})
}

// Close cancels running commands and waits until they have ended.
func (s *Service) Close() {
	s.mu.Lock() // so that none is just beginning
	s.end()
	s.mu.Unlock()
	s.work.Wait()
}

var operations = map[string]func(*Service, wire.Request) (any, error){
	"PutParameter":                handler((*Service).putParameter),
	"GetParameter":                handler((*Service).getParameter),
	"GetParameters":               handler((*Service).getParameters),
	"GetParametersByPath":         handler((*Service).getParametersByPath),
	"DescribeParameters":          handler((*Service).describeParameters),
	"DeleteParameter":             handler((*Service).deleteParameter),
	"DeleteParameters":            handler((*Service).deleteParameters),
	"AddTagsToResource":           handler((*Service).addTags),
	"RemoveTagsFromResource":      handler((*Service).removeTags),
	"GetParameterHistory":         handler((*Service).getParameterHistory),
	"GetConnectionStatus":         handler((*Service).getConnectionStatus),
	"ListTagsForResource":         handler((*Service).listTags),
	"DescribeInstanceInformation": handler((*Service).describeInstanceInformation),
	"SendCommand":                 handler((*Service).sendCommand),
	"GetCommandInvocation":        handler((*Service).getCommandInvocation),
	"ListCommands":                handler((*Service).listCommands),
	"ListCommandInvocations":      handler((*Service).listCommandInvocations),
	"CancelCommand":               handler((*Service).cancelCommand),
}

// handler decodes a JSON input. Members that are not understood are ignored, as AWS's JSON services ignore them.
func handler[In any](op func(*Service, wire.Request, In) (any, error)) func(*Service, wire.Request) (any, error) {
	return func(s *Service, req wire.Request) (any, error) {
		var in In
		if err := json.Unmarshal(req.Body, &in); err != nil {
			return nil, &wire.Error{Code: "SerializationException", Message: "the request body cannot be read: " + err.Error()}
		}
		return op(s, req, in)
	}
}

// Handle answers one call.
func (s *Service) Handle(_ context.Context, req wire.Request) (any, error) {
	op, found := operations[req.Operation]
	if !found {
		return nil, &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud does not implement ssm:" + req.Operation + "."}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, req)
}

// allow checks that the caller may perform the call's operation on one resource.
func (s *Service) allow(req wire.Request, arn string, tags map[string]string) error {
	return s.Authorize.Authorize(req, "ssm:"+req.Operation, []iamapi.Resource{{ARN: arn, Tags: tags}})
}

func (s *Service) arn(region, resource string) string {
	return fmt.Sprintf("arn:aws:ssm:%s:%s:%s", region, s.AccountID, resource)
}

// epoch renders a time as JSON 1.1 has it: seconds with a fraction.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func validation(format string, args ...any) error {
	return &wire.Error{Code: "ValidationException", Message: fmt.Sprintf(format, args...)}
}
