package tropic

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const (
	reconcileScript  = "/usr/local/bin/tropic-guest reconcile"
	reconcileComment = "tropic reconcile"
	// reconcileTimeout bounds one reconcile on the machine; restarting a gateway takes up to a minute.
	reconcileTimeout = 5 * time.Minute
)

var reconcileOptions = RunOptions{Comment: reconcileComment, Timeout: reconcileTimeout}

// Poke makes a machine reconcile now and returns its report. Concurrent pokes of one machine share one command, always
// one that starts after each of them asked. A caller that gives up does not cancel the command for the others.
func (s *CommandService) Poke(ctx context.Context, id string) (*manifest.Report, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	return s.pokes.join(ctx, id)
}

// reconcile runs the guest once. The guest ends with exit code 1 when something on the machine needs attention: the
// report is whole then, and says what.
func (s *CommandService) reconcile(ctx context.Context, id string) (*manifest.Report, error) {
	defer s.c.snapshot.machinesChanged()
	result, err := s.Run(ctx, id, reconcileScript, reconcileOptions)
	stdout := ""
	if err == nil {
		stdout = result.Stdout
	}
	var failed *CommandError
	if errors.As(err, &failed) && failed.ExitCode == 1 {
		stdout = failed.Stdout
	}
	var report manifest.Report
	if stdout == "" || json.Unmarshal([]byte(stdout), &report) != nil {
		if err == nil {
			err = &Error{
				Op: "reconciling", Resource: "instance", ID: id, Kind: ErrCommandFailed,
				Reason: "the guest's report cannot be read", Next: "check the version of tropic-guest on the machine",
			}
		}
		return nil, err
	}
	return &report, nil
}

// pokes coalesces: per machine one command runs, and at most one more is asked for meanwhile.
type pokes struct {
	run func(context.Context, string) (*manifest.Report, error)

	mu   sync.Mutex
	next map[string]*poke // asked for, not begun
	busy map[string]bool  // a command is running
}

// poke is one command that several callers wait for.
type poke struct {
	done   chan struct{}
	report *manifest.Report
	err    error
}

func newPokes(run func(context.Context, string) (*manifest.Report, error)) *pokes {
	return &pokes{run: run, next: map[string]*poke{}, busy: map[string]bool{}}
}

func (p *pokes) join(ctx context.Context, id string) (*manifest.Report, error) {
	p.mu.Lock()
	mine := p.next[id]
	if mine == nil {
		mine = &poke{done: make(chan struct{})}
		p.next[id] = mine
		if !p.busy[id] {
			p.busy[id] = true
			go p.work(context.WithoutCancel(ctx), id)
		}
	}
	p.mu.Unlock()
	select {
	case <-mine.done:
		return mine.report, mine.err
	case <-ctx.Done():
		return nil, &Error{Op: "waiting for the reconcile of", Resource: "instance", ID: id, Err: ctx.Err(), Kind: timeoutKind(ctx)}
	}
}

// work runs what is asked for until nothing is.
func (p *pokes) work(ctx context.Context, id string) {
	for {
		p.mu.Lock()
		current := p.next[id]
		delete(p.next, id)
		if current == nil {
			delete(p.busy, id)
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		bounded, cancel := context.WithTimeout(ctx, DefaultWaitTimeout)
		current.report, current.err = p.run(bounded, id)
		cancel()
		close(current.done)
	}
}

// timeoutKind tells a caller that ran out of time from one that gave up.
func timeoutKind(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTimeout
	}
	return nil
}
