package ssmapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// What GetCommandInvocation shows of each stream, in characters (Systems Manager User Guide, Understanding command
// outputs), and what the agent ends a cut stream with.
const (
	maxStdout = 24000
	maxStderr = 8000

	stdoutMark = "\n---Output truncated---"
	stderrMark = "\n---Error truncated----"
)

// lostWorker is what the agent reports of a script that a stop of the machine interrupted.
const lostWorker = "document process failed unexpectedly: document worker timed out, " +
	"check [ssm-document-worker]/[ssm-session-worker] log for crash reason"

// minPoll is how often, at most, a waiting invocation looks at its machine.
const minPoll = 10 * time.Millisecond

// start lets every invocation of a command go its way in the background, as many at a time as MaxConcurrency allows. It
// is called with the lock held.
func (s *Service) start(c *Command) {
	if s.life.Err() != nil {
		return // the next cloud takes it up
	}
	turns := make(chan struct{}, max(1, c.MaxConcurrency))
	for id, i := range c.Invocations {
		if i.done() {
			continue
		}
		ctx, cancel := context.WithCancel(s.life)
		s.cancels[invocationKey(c.ID, id)] = cancel
		interrupted := i.Status == statusInProgress
		s.work.Go(func() {
			defer s.forget(c.ID, id)
			select {
			case turns <- struct{}{}:
				s.follow(ctx, c, id, interrupted)
				<-turns
			case <-ctx.Done():
				s.cancelled(c.ID, id)
			}
		})
	}
}

func (s *Service) forget(commandID, instanceID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := invocationKey(commandID, instanceID)
	s.cancels[key]()
	delete(s.cancels, key)
}

// follow takes one invocation from Pending to its end. One that a stop interrupted stays InProgress until its agent is
// back, as the User Guide says; the script is not run again.
func (s *Service) follow(ctx context.Context, c *Command, id string, interrupted bool) {
	if !interrupted {
		if s.tooManyErrors(c.ID) {
			s.finish(c.ID, id, statusCancelled, detailsTerminated)
			return
		}
		boot, online := s.await(ctx, c, id, c.Requested.Add(c.deliveryTimeout()))
		if !online {
			return
		}
		s.update(c.ID, id, func(i *Invocation) {
			i.Status, i.Details, i.Started = statusInProgress, statusInProgress, s.Now().UTC()
		})
		result, err := s.Fleet.Exec(ctx, id, scriptCommand(c))
		if ctx.Err() != nil {
			s.cancelled(c.ID, id)
			return
		}
		if node, found := s.node(c.Region, id); found && node.Online && node.Since.Equal(boot) && !gone(err) {
			s.update(c.ID, id, func(i *Invocation) { i.settle(result, err) })
			return
		}
	}
	if _, online := s.await(ctx, c, id, c.expires()); online {
		s.update(c.ID, id, func(i *Invocation) {
			i.Status, i.Details, i.ExitCode, i.Stderr = statusFailed, statusFailed, 1, lostWorker
		})
	}
}

func gone(err error) bool {
	return errors.Is(err, driver.ErrNotRunning) || errors.Is(err, driver.ErrUnknownMachine)
}

// await waits until the machine's agent is online, and returns since when. It ends the invocation, and reports false,
// when it is cancelled, when the deadline passes or when the machine is no more.
func (s *Service) await(ctx context.Context, c *Command, id string, deadline time.Time) (time.Time, bool) {
	for {
		select {
		case <-ctx.Done():
			s.cancelled(c.ID, id)
			return time.Time{}, false
		case <-s.After(max(s.Delivery, minPoll)):
		}
		node, found := s.node(c.Region, id)
		switch {
		case !found:
			s.finish(c.ID, id, statusFailed, detailsUndeliverable)
			return time.Time{}, false
		case node.Online:
			return node.Since, true
		case s.Now().After(deadline):
			s.finish(c.ID, id, statusTimedOut, detailsDeliveryTimedOut)
			return time.Time{}, false
		}
	}
}

func (s *Service) node(region, id string) (Node, bool) {
	nodes := s.Fleet.Nodes(region)
	n := slices.IndexFunc(nodes, func(n Node) bool { return n.ID == id })
	if n < 0 {
		return Node{}, false
	}
	return nodes[n], true
}

func (s *Service) cancelled(commandID, instanceID string) {
	s.finish(commandID, instanceID, statusCancelled, statusCancelled)
}

func (s *Service) finish(commandID, instanceID, status, details string) {
	s.update(commandID, instanceID, func(i *Invocation) { i.Status, i.Details = status, details })
}

// tooManyErrors reports whether the command has passed its MaxErrors, so that no further machine gets it.
func (s *Service) tooManyErrors(commandID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.commands[commandID]
	return c.errors() > c.MaxErrors
}

// update changes an invocation unless it has ended, and keeps the change. After Close nothing changes: the next cloud
// finds what was interrupted.
func (s *Service) update(commandID, instanceID string, change func(*Invocation)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.commands[commandID]
	if s.life.Err() != nil || c == nil || c.Invocations[instanceID].done() {
		return
	}
	change(c.Invocations[instanceID])
	if c.Invocations[instanceID].done() {
		c.Invocations[instanceID].Ended = s.Now().UTC()
	}
	if err := s.saveCommand(c); err != nil {
		s.Logger.Error("record a command", "command", commandID, "instance", instanceID, "error", err)
	}
}

// settle records how a script ended.
func (i *Invocation) settle(r driver.Result, err error) {
	note := ""
	switch {
	case err != nil:
		i.Status, i.Details, i.ExitCode = statusFailed, statusFailed, 1
		i.Stderr = truncate("failed to run commands: "+err.Error(), maxStderr, stderrMark, false)
		return
	case r.TimedOut:
		i.Status, i.Details, i.ExitCode = statusTimedOut, detailsExecutionTimedOut, 137
	case r.ExitCode != 0:
		i.Status, i.Details, i.ExitCode = statusFailed, statusFailed, r.ExitCode
		note = exitNote(r.ExitCode)
	default:
		i.Status, i.Details, i.ExitCode = statusSuccess, statusSuccess, 0
	}
	i.Stdout = truncate(string(r.Stdout), maxStdout, stdoutMark, r.StdoutTruncated)
	i.Stderr = truncate(string(r.Stderr)+note, maxStderr, stderrMark, r.StderrTruncated)
}

// truncate cuts to so many characters, the mark included, as the agent does; bytes that are no UTF-8 are replaced.
func truncate(s string, limit int, mark string, cut bool) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= limit && !cut {
		return s
	}
	runes := []rune(s)
	return string(runes[:min(len(runes), limit-len(mark))]) + mark
}
