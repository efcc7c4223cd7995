package lease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// Options say how to look at a lease. All but BootGrace are required.
type Options struct {
	Root      string                        // where the machine's files begin
	Read      func(ctx context.Context) Tag // asks for the tag
	Timeout   time.Duration                 // of Read
	Clock     func() (Clock, error)         // is asked after Read: what a slow answer cost counts
	PowerOff  func(ctx context.Context) error
	BootGrace time.Duration
	Logger    *slog.Logger
}

// Look looks at the lease once, remembers it, and powers the machine off when it has ended. Trouble on the way is logged
// and does not keep an ended lease from ending; an error means that there was some.
func Look(ctx context.Context, o Options) (Decision, error) {
	t, err := tree.Open(o.Root)
	if err != nil {
		return Decision{}, err
	}
	defer t.Close() //nolint:errcheck // read only
	var trouble error
	note := func(err error) {
		if err != nil {
			o.Logger.Error(err.Error())
			trouble = errors.Join(trouble, err)
		}
	}
	memory, err := loadMemory(t)
	note(err)
	tag := o.read(ctx)
	clock, err := o.Clock()
	note(err)
	if err != nil {
		o.BootGrace = 0 // or a machine that cannot tell how long it runs would wait for ever
	}
	d := Decide(clock, tag, memory, o.BootGrace)
	if tag.Err != nil {
		note(fmt.Errorf("%w; %s", tag.Err, d))
	}
	// Saved at each look, and not only when the tag changes: the time of reading is part of it.
	if now := Remember(clock, tag, memory); now != memory {
		note(saveMemory(t, now))
	}
	switch d.State {
	case Waiting:
		o.Logger.Warn(fmt.Sprintf("%s; waiting for a new one until %s after boot", d, o.BootGrace))
	case Ended:
		o.Logger.Warn(fmt.Sprintf("%s; powering off", d))
		note(o.PowerOff(ctx))
	case Unbound, Unknown, Holds: // runs on
	}
	return d, trouble
}

func (o Options) read(ctx context.Context) Tag {
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("no answer within %s", o.Timeout))
	defer cancel()
	return o.Read(ctx)
}
