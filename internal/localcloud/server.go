package localcloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ec2api"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/iamapi"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ssmapi"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// service answers the calls of one or more AWS services.
type service interface {
	Handle(ctx context.Context, req wire.Request) (any, error)
}

// Server is a running cloud. It is safe for concurrent use.
type Server struct {
	cfg      Config
	journal  *journal.Journal
	ec2      *ec2api.Service
	ssm      *ssmapi.Service
	iam      *iamapi.Service
	services map[string]service

	listener net.Listener
	http     *http.Server
	calls    atomic.Int64

	accessKeyID, secret string

	agents *agents
	gate   gate
	life   context.Context // ends when the cloud closes
	end    context.CancelFunc
}

// Start opens cfg.Dir and serves until Close. Instances that ran when an earlier cloud ended boot again.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg.Timing = cfg.Timing.withDefaults()
	if cfg.Clock == nil {
		cfg.Clock = realClock{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the AWS endpoint: %w", err)
	}
	s := &Server{cfg: cfg, listener: listener, agents: newAgents()}
	s.life, s.end = context.WithCancel(context.Background())
	if err := s.open(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.http = newHTTPServer(s, cfg.Logger)
	go func() {
		if err := s.http.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			cfg.Logger.Error("the AWS endpoint ended", "error", err)
		}
	}()
	s.ec2.Resume()
	return s, nil
}

func (s *Server) open() error {
	j, err := journal.Open(s.cfg.Dir)
	if err != nil {
		return err
	}
	s.journal = j
	if err := s.openServices(); err != nil {
		return errors.Join(err, j.Close())
	}
	return nil
}

func (s *Server) openServices() error {
	var err error
	if s.accessKeyID, s.secret, err = s.rootKey(); err != nil {
		return err
	}
	clock := s.cfg.Clock
	if s.iam, err = iamapi.New(iamapi.Deps{
		Journal: s.journal, AccountID: AccountID, AccessKeyID: s.accessKeyID, Secret: s.secret, Now: clock.Now,
	}); err != nil {
		return err
	}
	if s.ec2, err = ec2api.New(ec2api.Deps{
		Journal: s.journal, AccountID: AccountID, Regions: Regions, Images: s.images(), Machines: (*machines)(s), Profiles: s.iam,
		Timing: ec2api.Timing{Pending: s.cfg.Timing.Pending, Stopping: s.cfg.Timing.Stopping, ShuttingDown: s.cfg.Timing.ShuttingDown},
		Lag:    s.cfg.Lag,
		Now:    clock.Now, After: clock.After, Logger: s.cfg.Logger,
	}); err != nil {
		return err
	}
	if s.ssm, err = ssmapi.New(ssmapi.Deps{
		Journal: s.journal, Dir: s.cfg.Dir, AccountID: AccountID, Fleet: (*machines)(s), Authorize: s.iam,
		Delivery: s.cfg.Timing.Delivery, Lag: s.cfg.Lag, Now: clock.Now, After: clock.After, Logger: s.cfg.Logger,
	}); err != nil {
		return err
	}
	s.services = map[string]service{"ec2": &authorizedEC2{s.ec2, s.iam}, "ssm": s.ssm, "iam": s.iam, "sts": s.iam}
	return nil
}

// images gives every AMI an id that depends on its name alone, so that it is the same after a restart.
func (s *Server) images() []ec2api.Image {
	var out []ec2api.Image
	for _, image := range s.cfg.Images {
		sum := sha256.Sum256([]byte(image.Name))
		out = append(out, ec2api.Image{
			ID: "ami-" + hex.EncodeToString(sum[:])[:17], Architecture: image.Architecture, Tags: image.Tags,
			Created: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Driver: image.Image,
		})
	}
	return out
}

// Endpoint is the URL of every service.
func (s *Server) Endpoint() string { return "http://" + s.listener.Addr().String() }

// Credentials are the account's root key.
func (s *Server) Credentials() (accessKeyID, secretAccessKey string) { return s.accessKeyID, s.secret }

// Exec runs a command as root in an instance.
func (s *Server) Exec(ctx context.Context, instanceID string, cmd driver.Command) (driver.Result, error) {
	return s.cfg.Driver.Exec(ctx, instanceID, cmd)
}

// Console returns the tail of what an instance's boot printed.
func (s *Server) Console(ctx context.Context, instanceID string) ([]byte, error) {
	return s.cfg.Driver.Console(ctx, instanceID)
}

// InstanceRecord is an instance as `tropic local status` shows it.
type InstanceRecord struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"`
	Type   string `json:"type"`
	State  string `json:"state"`
}

// Instances lists the records of all regions.
func (s *Server) Instances() []InstanceRecord {
	out := []InstanceRecord{}
	for _, i := range s.ec2.All() {
		name := i.Tags["tropic:name"]
		if name == "" {
			name = i.Tags["Name"]
		}
		out = append(out, InstanceRecord{ID: i.ID, Name: name, Region: i.Region, Type: i.Type, State: i.State})
	}
	return out
}

// closeGrace is how long a machine's processes have to end when the cloud closes.
const closeGrace = 2 * time.Second

// Close stops serving and stops the machines; records stay as they are, so the next Start boots them again.
func (s *Server) Close() error {
	s.end()
	err := s.http.Close()
	s.gate.close()
	s.ssm.Close()
	s.ec2.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*closeGrace)
	defer cancel()
	var stopping sync.WaitGroup
	for _, i := range s.ec2.All() {
		stopping.Go(func() {
			if err := s.cfg.Driver.Stop(ctx, i.ID, closeGrace); err != nil && !errors.Is(err, driver.ErrNotRunning) && !errors.Is(err, driver.ErrUnknownMachine) {
				s.cfg.Logger.Error("stop a machine", "instance", i.ID, "error", err)
			}
		})
	}
	stopping.Wait()
	return errors.Join(err, s.journal.Close())
}
