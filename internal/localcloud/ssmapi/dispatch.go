package ssmapi

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// What GetCommandInvocation shows of each stream, in characters (Systems Manager User Guide, Understanding command
// outputs).
const (
	maxStdout = 24000
	maxStderr = 8000
)

// dispatch runs one invocation in the background. It is called with the lock held.
func (s *Service) dispatch(c *Command, instanceID string) {
	timeout, err := executionTimeout(c.Parameters)
	if err != nil {
		s.Logger.Error("a checked command has no timeout", "command", c.ID, "error", err)
		return
	}
	command := driver.Command{
		Argv:    []string{"/bin/sh", "-s"},
		Stdin:   []byte(strings.Join(c.Parameters["commands"], "\n") + "\n"), // a script on a command line would show in process lists
		Dir:     strings.Join(c.Parameters["workingDirectory"], ""),
		Timeout: timeout, MaxStdout: 4 * maxStdout, MaxStderr: 4 * maxStderr,
	}
	ctx, cancel := context.WithCancel(s.life)
	key := c.ID + "/" + instanceID
	s.cancels[key] = cancel
	s.work.Go(func() {
		defer cancel()
		select {
		case <-ctx.Done():
		case <-s.After(s.Delivery):
		}
		s.update(c.ID, instanceID, func(i *Invocation) { i.Status, i.Started = statusInProgress, s.Now().UTC() })
		result, err := s.Fleet.Exec(ctx, instanceID, command)
		s.update(c.ID, instanceID, func(i *Invocation) { i.settle(result, err, ctx.Err()) })
		s.mu.Lock()
		delete(s.cancels, key)
		s.mu.Unlock()
	})
}

// update changes an invocation unless it has ended, and keeps the change. After Close nothing changes: the next cloud
// records what was interrupted.
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

func (i *Invocation) settle(r driver.Result, err, cancelled error) {
	switch {
	case cancelled != nil:
		i.Status = statusCancelled
	case errors.Is(err, driver.ErrNotRunning), errors.Is(err, driver.ErrUnknownMachine):
		i.Status = statusUndeliverable
	case err != nil:
		i.Status, i.Stderr = statusFailed, err.Error()
	case r.TimedOut:
		i.Status, i.ExitCode = statusTimedOut, 137
	case r.ExitCode != 0:
		i.Status, i.ExitCode = statusFailed, r.ExitCode
	default:
		i.Status, i.ExitCode = statusSuccess, 0
	}
	if err != nil {
		return
	}
	i.Stdout = truncate(string(r.Stdout), maxStdout, r.StdoutTruncated)
	i.Stderr = truncate(string(r.Stderr), maxStderr, r.StderrTruncated)
	if i.Status == statusFailed {
		i.Stderr = truncate(i.Stderr+exitNote(r.ExitCode), maxStderr, false)
	}
}

// truncate cuts to so many characters, as the agent does; bytes that are no UTF-8 are replaced.
func truncate(s string, limit int, cut bool) string {
	const mark = "\n---Output truncated---"
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) <= limit && !cut {
		return s
	}
	runes := []rune(s)
	return string(runes[:min(len(runes), limit-len(mark))]) + mark
}
