// Package localcloud is the embedded cloud: the EC2, SSM, IAM and STS operations that Tropic calls, over the real wire
// protocols with verified signatures, for instances that a driver really runs. It imports nothing of tropic/: it is the
// other side of the wire.
package localcloud

import (
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// AccountID is the one account of every embedded cloud.
const AccountID = "123456789012"

// Regions are served by every embedded cloud, each with a state of its own.
var Regions = []string{"us-east-1", "ap-southeast-1", "eu-west-1", "eu-west-2"}

// Config is what a cloud is started with.
type Config struct {
	// Addr is where it listens; empty = a free port of 127.0.0.1.
	Addr string
	// Dir holds all state: journal, keys. Required; one cloud at a time.
	Dir string
	// Driver runs the instances. Required. The caller closes it after the cloud.
	Driver driver.Driver
	// AccessKeyID and SecretAccessKey are the account's root key; empty = made once and kept in Dir.
	AccessKeyID, SecretAccessKey string
	// Images are the account's AMIs, in every region.
	Images []Image
	Timing Timing
	// Lag is how many reads do not see a change yet; the zero value is none.
	Lag   lag.Config
	Clock Clock
	// Intercept is asked about every call before it is served, and may return a fault; nil = none.
	Intercept func(Call) *Fault
	// Observe is told about every call after it was answered; nil = nobody.
	Observe func(Call)
	Logger  *slog.Logger
}

// Image is an AMI.
type Image struct {
	driver.Image
	Tags         map[string]string
	Architecture string
}

// Timing says how long things take that take a while on AWS. The zero value of a field is its default.
type Timing struct {
	Pending      time.Duration // default 500 ms
	Stopping     time.Duration // default 300 ms
	ShuttingDown time.Duration // default 300 ms
	// Registration is from running until the agent is online; default 300 ms.
	Registration time.Duration
	// Delivery is from SendCommand until the agent has the command and its invocation exists; default 50 ms.
	Delivery time.Duration
}

func (t Timing) withDefaults() Timing {
	for _, f := range []struct {
		field    *time.Duration
		fallback time.Duration
	}{
		{&t.Pending, 500 * time.Millisecond},
		{&t.Stopping, 300 * time.Millisecond},
		{&t.ShuttingDown, 300 * time.Millisecond},
		{&t.Registration, 300 * time.Millisecond},
		{&t.Delivery, 50 * time.Millisecond},
	} {
		if *f.field == 0 {
			*f.field = f.fallback
		}
	}
	return t
}

// Clock is where the cloud takes time from.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

type realClock struct{}

func (realClock) Now() time.Time                         { return time.Now() }
func (realClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Call is one API call as Intercept and Observe see it.
type Call struct {
	Service, Region, Operation string
	N                          int // counts all calls from 1
	RequestID                  string
	// Code is the error code answered, empty for success; only Observe sees it.
	Code string
}

// Fault is something going wrong with one call.
type Fault struct {
	// Code and Message refuse the call with this error, without any effect, unless AfterEffect is set.
	Code, Message string
	Status        int // HTTP status of the refusal; 0 = 400
	// Reset closes the connection instead of answering.
	Reset bool
	// AfterEffect lets the call have its effect before the fault: the caller cannot know it happened.
	AfterEffect bool
	// Latency is waited before anything else.
	Latency time.Duration
}
