package lease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// What the machine keeps to. The meter's margin, by which a lease ends before the credits do, counts on it (package
// overshoot).
const (
	// Check is how often the tag is read: by the timer, and by a watch that stays.
	Check = 15 * time.Second
	// Ahead is how long before the end of its lease a watch stays, instead of leaving the end to the next look: that
	// may be late by the timer's accuracy, or be lost.
	Ahead = 2 * Check
	// ForceAfter is how long after the end of a lease the machine's services have to end.
	ForceAfter = 10 * time.Second

	// endTimeout is how long metadata may take to answer when the lease is at its end.
	endTimeout = time.Second
	// maxStep is how soon a watch that stays sees that the wall clock was set.
	maxStep = time.Second
)

// Options say how to watch a lease. All but BootGrace, Ahead and the last two are required.
type Options struct {
	Root      string                        // where the machine's files begin
	Read      func(ctx context.Context) Tag // asks for the tag
	Timeout   time.Duration                 // of Read
	Clock     func() (Clock, error)         // is asked after Read: what a slow answer cost counts
	Wait      func(ctx context.Context, d time.Duration) error
	BootGrace time.Duration
	Ahead     time.Duration // stay for the end of a lease that has no longer than this; 0 = look once
	Logger    *slog.Logger

	// PowerOff asks for an orderly power-off, Force has it at once. Without both, what would be done is only logged.
	PowerOff func(ctx context.Context) error
	Force    func() error
}

// Watch looks at the lease, remembers it, and powers the machine off when it has ended. While it ends soon, Watch stays
// for the very instant, and reads the tag every Check and once more at the end, for it may have been renewed, or
// shortened. Trouble on the way is logged and does not keep an ended lease from ending; an error means that there was
// some. The end of ctx ends a wait.
func Watch(ctx context.Context, o Options) (Decision, error) {
	t, err := tree.Open(o.Root)
	if err != nil {
		return Decision{}, err
	}
	defer t.Close() //nolint:errcheck // read only
	w := &watch{Options: o, tree: t}
	for {
		s := w.look(ctx)
		switch s.decision.State {
		case Waiting:
			o.Logger.Warn(fmt.Sprintf("%s; waiting for a new one until %s after boot", s.decision, o.BootGrace))
		case Ended:
			o.Logger.Warn(fmt.Sprintf("%s; powering off", s.decision))
			w.end(ctx, s.decision.Past)
			return s.decision, w.trouble
		case Unbound, Unknown, Holds: // runs on
		}
		if s.decision.Left == 0 || s.decision.Left > o.Ahead || w.stay(ctx, s) != nil {
			return s.decision, w.trouble
		}
	}
}

type watch struct {
	Options
	tree    *tree.Tree
	floor   time.Time // it is no earlier than that, whatever the wall clock says
	trouble error
}

// sight is what one look saw.
type sight struct {
	tag      Tag
	memory   Memory
	decision Decision
}

func (w *watch) look(ctx context.Context) sight {
	memory, err := recall(w.tree)
	w.note(err)
	tag := w.read(ctx, memory)
	clock, grace, err := w.now()
	w.note(err)
	s := sight{tag: tag, memory: Remember(clock, tag, memory), decision: Decide(clock, tag, memory, grace)}
	if tag.Err != nil {
		w.note(fmt.Errorf("%w; %s", tag.Err, s.decision))
	}
	// At each look, and not only when the tag changes: the time of reading is part of it.
	if s.memory != memory {
		w.note(retain(w.tree, s.memory))
	}
	return s
}

// read does not wait for an answer beyond the end of the lease that is known already, but for endTimeout.
func (w *watch) read(ctx context.Context, memory Memory) Tag {
	timeout := w.Timeout
	if !memory.Until.IsZero() {
		clock, grace, _ := w.now()
		known := Decide(clock, Tag{Until: memory.Until}, memory, grace)
		timeout = min(timeout, max(endTimeout, known.Left))
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %s", timeout))
	defer cancel()
	return w.Read(ctx)
}

// now returns this moment, and the grace that holds after a boot: none on a machine that cannot tell how long it runs, or
// it would wait for ever.
func (w *watch) now() (c Clock, grace time.Duration, err error) {
	c, err = w.Clock()
	if c.Now.Before(w.floor) {
		c.Now = w.floor
	}
	w.floor = c.Now
	if err != nil {
		return c, 0, err
	}
	return c, w.BootGrace, nil
}

// stay waits until what was seen ends, or until the next look is due. A wall clock that is set back does not prolong it,
// one that is set forward is seen within maxStep.
func (w *watch) stay(ctx context.Context, s sight) error {
	left, due := s.decision.Left, Check
	for left > 0 && due > 0 {
		step := min(left, due, maxStep)
		if err := w.Wait(ctx, step); err != nil {
			return err
		}
		w.floor = w.floor.Add(step)
		due -= step
		clock, grace, _ := w.now()
		left = Decide(clock, s.tag, s.memory, grace).Left
	}
	return nil
}

func (w *watch) note(err error) {
	if err != nil {
		w.Logger.Error(err.Error())
		w.trouble = errors.Join(w.trouble, err)
	}
}
