package tropic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const (
	reconcileScript  = "/usr/local/bin/tropic-guest reconcile"
	reconcileComment = "tropic reconcile"
	// reconcileTimeout bounds one reconcile on the machine; restarting a gateway takes up to a minute.
	reconcileTimeout = 5 * time.Minute
)

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
	result, err := s.Run(ctx, id, reconcileScript, RunOptions{Comment: reconcileComment, Timeout: reconcileTimeout})
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

// PokeAll pokes many machines without waiting for results: per 50 of them one call asks which are connected, and one
// command goes to those. Every machine is tried. Those that are not connected are named by an ErrNotConnected, and catch
// up at their next boot; the error joins whatever else failed.
func (s *CommandService) PokeAll(ctx context.Context, ids []string) error {
	var errs []error
	for batch := range slices.Chunk(ids, maxTargets) {
		errs = append(errs, s.pokeBatch(ctx, batch))
	}
	return errors.Join(errs...)
}

// pokeBatch leaves out what is not connected: Systems Manager refuses a command as a whole for one such machine.
func (s *CommandService) pokeBatch(ctx context.Context, ids []string) error {
	seen, err := s.c.describeConnections(ctx, "InstanceIds", ids...)
	if err != nil {
		return failure("reading", "connections of instances", strings.Join(ids, ", "), err)
	}
	var online []string
	absent := make(map[string]string)
	for _, id := range ids {
		switch connection := seen[id]; {
		case connection.Online():
			online = append(online, id)
		default:
			absent[id] = cmp.Or(connection.PingStatus, "not registered")
		}
	}
	return errors.Join(s.pokeOnline(ctx, online), notConnected(absent))
}

// pokeOnline sends one command. When one of the machines is refused after all, the two halves are tried apart, down to
// the one that is.
func (s *CommandService) pokeOnline(ctx context.Context, ids []string) error {
	options := RunOptions{Comment: reconcileComment, Timeout: reconcileTimeout}
	switch len(ids) {
	case 0:
		return nil
	case 1:
		_, err := s.sendTo(ctx, ids[0], reconcileScript, options)
		return failure("poking", "instance", ids[0], err)
	}
	_, err := s.send(ctx, &ssm.SendCommandInput{InstanceIds: ids}, reconcileScript, options)
	if !hasCode(err, "InvalidInstanceId") {
		return failure("poking", "instances", strings.Join(ids, ", "), err)
	}
	half := len(ids) / 2
	return errors.Join(s.pokeOnline(ctx, ids[:half]), s.pokeOnline(ctx, ids[half:]))
}

func notConnected(absent map[string]string) error {
	if len(absent) == 0 {
		return nil
	}
	return &Error{
		Op: "poking", Resource: "instances", ID: strings.Join(slices.Sorted(maps.Keys(absent)), ", "), Kind: ErrNotConnected,
		Reason: "not connected to Systems Manager: " + describeMissing(absent),
		Next:   "nothing, if they are to be off: they catch up when they boot",
	}
}

// PokeTag pokes every machine that has the tag, with one command whatever their number, without waiting for results.
// Machines that are not connected catch up at their next boot.
func (s *CommandService) PokeTag(ctx context.Context, key, value string) error {
	_, err := s.send(ctx, &ssm.SendCommandInput{
		Targets: []ssmtypes.Target{{Key: aws.String("tag:" + key), Values: []string{value}}},
	}, reconcileScript, RunOptions{Comment: reconcileComment, Timeout: reconcileTimeout})
	return failure("poking", "instances with tag", key, err)
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
