package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tortureBase is set for processes that are replicas with a fast clock: it is when that clock began, in nanoseconds.
const tortureBase = "TROPIC_TORTURE_BASE"

// fastClock runs tortureRate times as fast as time itself, and is the same in all processes with the same base: four ticks of
// five minutes are a second.
type fastClock struct{ base time.Time }

const tortureRate = 1200

func (c fastClock) now() time.Time { return c.base.Add(tortureRate * time.Since(c.base)) }

// lasting is how long something takes on the fast clock that takes d.
func lasting(d time.Duration) time.Duration { return tortureRate * d }

// TestTickReplica is no test but a process of TestMeterTickTorture: the controller of tropic meter serve, with a fast clock and
// without an EC2. It returns at once when it runs as a test.
func TestTickReplica(t *testing.T) { //nolint:paralleltest // it is a process of its own
	text := os.Getenv(tortureBase)
	if text == "" {
		return
	}
	base, err := strconv.ParseInt(text, 10, 64)
	must(t, err)
	clock := fastClock{time.Unix(0, base)}
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGTERM)
	defer stop()
	book := pricebook.Published()
	s, err := store.Open(ctx, os.Getenv("TROPIC_METER_STORE"), book, store.WithClock(clock.now))
	must(t, err)
	defer func() { must(t, s.Close()) }()
	c, err := controller.New(controller.Config{
		Owner: uuid.NewString(), Store: s, Cloud: noCloud{}, Book: book, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), Clock: clock.now,
		Timing: controller.Timing{
			ShardLease: lasting(time.Second), Heartbeat: lasting(300 * time.Millisecond), Tolerance: lasting(time.Second),
			Poll: 50 * time.Millisecond, Retry: 50 * time.Millisecond, Sweep: lasting(time.Hour), Renewal: lasting(time.Hour),
		},
	})
	must(t, err)
	must(t, c.Run(ctx))
}

// noCloud is an EC2 that does not answer: facts come from elsewhere.
type noCloud struct{}

var errNoCloud = errors.New("there is no EC2")

func (noCloud) Machines(context.Context, ...string) ([]evidence.Machine, error) {
	return nil, errNoCloud
}
func (noCloud) Tag(context.Context, string, string, ...string) error { return errNoCloud }
func (noCloud) Untag(context.Context, string, ...string) error       { return errNoCloud }
func (noCloud) Stop(context.Context, ...string) ([]string, error)    { return nil, errNoCloud }
func (noCloud) Start(context.Context, ...string) ([]string, error)   { return nil, errNoCloud }
