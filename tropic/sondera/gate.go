package sondera

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// Gate decides about tool calls. It is safe for concurrent use; a decision takes no lock and is a pure function of the
// call and the policy set.
type Gate struct {
	now    atomic.Pointer[snapshot]
	reload sync.Mutex // one at a time
	closed atomic.Bool
}

// ErrClosed is why a closed gate denies.
var ErrClosed = errors.New("the gate is closed")

// UnloadedError is why a gate denies everything: it never had policies that could be loaded.
type UnloadedError struct{ Err error }

func (e *UnloadedError) Error() string {
	return "the gate has no policies that can be loaded, so it denies every call: " + e.Err.Error()
}

func (e *UnloadedError) Unwrap() error { return e.Err }

// KeptError is what Reload returns when the gate goes on with the policies it had.
type KeptError struct {
	Digest string // of the kept set that holds for agents without a policy of their own
	Err    error
}

func (e *KeptError) Error() string {
	return fmt.Sprintf("the new policies cannot be loaded, and the gate goes on with those it has (%s): %s", e.Digest, e.Err)
}

func (e *KeptError) Unwrap() error { return e.Err }

// New loads policies. It always returns a gate: with an error, one that denies every call and gives the error as the
// reason, until a Reload succeeds.
func New(o Options) (*Gate, error) {
	g := &Gate{}
	g.now.Store(&snapshot{err: errors.New("nothing is loaded yet")})
	err := g.Reload(o)
	return g, err
}

// Reload replaces the policies at once: each decision is by the old set or by the new one. The error is an *UnloadedError,
// or a *KeptError if there were good policies before, and holds every fault (*LoadError, *UnknownPackError).
func (g *Gate) Reload(o Options) error {
	g.reload.Lock()
	defer g.reload.Unlock()
	if g.closed.Load() {
		return ErrClosed
	}
	fresh, err := newSnapshot(o)
	if err == nil {
		g.now.Store(fresh)
		return nil
	}
	old := g.now.Load()
	if old.err == nil {
		return &KeptError{Digest: old.everyone.digest, Err: err}
	}
	unloaded := &UnloadedError{err}
	g.now.Store(&snapshot{err: unloaded})
	return unloaded
}

// Close makes the gate deny every call from now on.
func (g *Gate) Close() error {
	g.closed.Store(true)
	return nil
}

// Rules lists the rules that hold for an agent, in the order of their sources. They must not be changed.
func (g *Gate) Rules(agent string) []*Rule {
	snap := g.now.Load()
	if snap.err != nil {
		return nil
	}
	rules := make([]*Rule, 0, len(snap.set(agent).rules))
	for _, r := range snap.set(agent).rules {
		rules = append(rules, &r.Rule)
	}
	return rules
}

// Digest names the policy set that holds for an agent: "" when none could be loaded.
func (g *Gate) Digest(agent string) string {
	snap := g.now.Load()
	if snap.err != nil {
		return ""
	}
	return snap.set(agent).digest
}

// Decide says whether a call may run. Of a result it says what Result does. It never fails: what it cannot decide, it
// denies, with Err in the decision.
func (g *Gate) Decide(ctx context.Context, call facts.Call) (d Decision) {
	if call.Result {
		return g.Result(ctx, call).Decision
	}
	defer recoverTo(&d)
	if err := g.ready(ctx); err != nil {
		return denied(err)
	}
	f := facts.Of(call)
	return g.DecideFacts(ctx, &f)
}

// DecideLine decides about a call, or a result, that is given as a line of JSON. A line that is none is denied.
func (g *Gate) DecideLine(ctx context.Context, line []byte) Decision {
	call, err := facts.Decode(line)
	if err != nil {
		return denied(err)
	}
	return g.Decide(ctx, call)
}

// DecideFacts says whether a call with such facts may run. Of the facts of a result it says Redact if a rule forbids it.
func (g *Gate) DecideFacts(ctx context.Context, f *facts.Facts) (d Decision) {
	defer recoverTo(&d)
	if err := g.ready(ctx); err != nil {
		return denied(err)
	}
	snap := g.now.Load()
	if snap.err != nil {
		return denied(snap.err)
	}
	ps := snap.set(f.Agent)
	v := ps.judge(f)
	if err := ctx.Err(); err != nil {
		v = verdict{effect: Deny, err: late(err)}
	}
	if f.Result {
		v = ofResult(v)
	}
	d = ps.decision(v, f)
	d.Enforced = !snap.shadow
	return d
}

// ready tells why the gate cannot even begin.
func (g *Gate) ready(ctx context.Context) error {
	if g.closed.Load() {
		return ErrClosed
	}
	return late(ctx.Err())
}

func late(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("there was no time left to decide: %w", err)
}

func denied(err error) Decision {
	return Decision{Effect: Deny, Reason: failure(err), Enforced: true, Err: err}
}

// recoverTo makes a panic a denial. What was panicked with is only told if it comes from the Go runtime, as anything else
// could have values of the call.
func recoverTo(d *Decision) {
	if r := recover(); r != nil {
		*d = denied(panicError(r))
	}
}

func panicError(r any) error {
	if e, ok := r.(runtime.Error); ok {
		return &PanicError{e.Error()}
	}
	return &PanicError{fmt.Sprintf("panic with a %T", r)}
}
