package tropic

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// Kinds of failure. Test for them with errors.Is; every *Error is of exactly one, or of none when it is only passed on.
var (
	ErrNotFound      = errors.New("not found")
	ErrConflict      = errors.New("conflict")
	ErrThrottled     = errors.New("throttled")
	ErrNotConnected  = errors.New("not connected to Systems Manager")
	ErrCommandFailed = errors.New("command failed")
	ErrValidation    = errors.New("invalid")
	ErrPermission    = errors.New("permission denied")
	ErrTimeout       = errors.New("timed out")
)

// Error is a failure in terms of Tropic: what was done to which object, why it failed and what to do next. It never
// carries a secret.
type Error struct {
	Op       string // in the -ing form, such as "creating"
	Resource string // such as "instance", "security group"
	ID       string // id or name of the object; may be empty
	Kind     error  // one of the Err… variables, or nil

	AWSCode   string // such as InvalidInstanceID.NotFound; empty when AWS was not asked
	RequestID string // of the AWS call that failed, for AWS support

	Reason string // what is wrong, for people
	Next   string // what to do about it, for people; may be empty
	// Field is the field of the spec that is wrong, such as `ssh_key` or `files["AGENTS.md"]`; set only with
	// ErrValidation. It is also the path of the Terraform attribute.
	Field string

	Err error // cause; may be nil

	absent bool // AWS knows no such object, as opposed to one that has ended; right after a create it may only lag
}

// Error is one line: "creating instance desk: reason (InvalidAMIID.NotFound, request 1234); next step".
func (e *Error) Error() string {
	var b strings.Builder
	what := strings.Join(nonEmpty(e.Op, e.Resource, e.ID), " ")
	b.WriteString(what)
	if reason := e.reason(); reason != "" {
		if what != "" {
			b.WriteString(": ")
		}
		b.WriteString(reason)
	}
	switch {
	case e.AWSCode != "" && e.RequestID != "":
		fmt.Fprintf(&b, " (%s, request %s)", e.AWSCode, e.RequestID)
	case e.AWSCode != "":
		fmt.Fprintf(&b, " (%s)", e.AWSCode)
	}
	if e.Next != "" {
		b.WriteString("; " + e.Next)
	}
	return b.String()
}

func (e *Error) reason() string {
	switch {
	case e.Reason != "":
		return e.Reason
	case e.Err != nil:
		return e.Err.Error()
	case e.Kind != nil:
		return e.Kind.Error()
	}
	return ""
}

// Is matches the kind, so that errors.Is(err, ErrNotFound) works.
func (e *Error) Is(target error) bool { return e.Kind != nil && target == e.Kind }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// LogValue renders the error as attributes for structured logs.
func (e *Error) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, a := range [][2]string{
		{"op", e.Op},
		{"resource", e.Resource},
		{"id", e.ID},
		{"field", e.Field},
		{"reason", e.reason()},
		{"aws_code", e.AWSCode},
		{"request_id", e.RequestID},
		{"next", e.Next},
	} {
		if a[1] != "" {
			attrs = append(attrs, slog.String(a[0], a[1]))
		}
	}
	return slog.GroupValue(attrs...)
}

// CommandError is a command that did not succeed on a machine. It is of kind ErrCommandFailed. Output is kept as
// Systems Manager returned it: at most 24,000 characters of Stdout and 8,000 of Stderr.
type CommandError struct {
	CommandID, InstanceID string
	Status                string // Systems Manager's StatusDetails, such as Failed, TimedOut, Undeliverable
	ExitCode              int    // -1 when the command did not run
	Stdout, Stderr        string
}

// Error names the command, the machine, how it ended and the last line the command said on stderr.
func (e *CommandError) Error() string {
	s := fmt.Sprintf("command %s on instance %s: %s, exit code %d", e.CommandID, e.InstanceID, e.Status, e.ExitCode)
	if last := lastLine(e.Stderr); last != "" {
		s += ": " + last
	}
	return s
}

// Is matches ErrCommandFailed.
func (e *CommandError) Is(target error) bool { return target == ErrCommandFailed }

// invalid reports a fault of what the caller gave. Value is quoted in the message and must not be a secret.
func invalid(resource, field, value, reason, want string) *Error {
	text := field
	if value != "" {
		text += fmt.Sprintf(" %q", value)
	}
	e := &Error{Resource: resource, Kind: ErrValidation, Field: field, Reason: text + " " + reason}
	if want != "" {
		e.Next = "want " + want
	}
	return e
}

// validation turns every *manifest.FieldError in err, also in a joined error, into an *Error of kind ErrValidation, so
// that callers meet one type. Other errors pass unchanged.
func validation(resource string, err error) error {
	if err == nil {
		return nil
	}
	if joined, many := err.(interface{ Unwrap() []error }); many {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, validation(resource, e))
		}
		return errors.Join(out...)
	}
	var field *manifest.FieldError
	if !errors.As(err, &field) {
		return err
	}
	e := invalid(resource, field.Field, field.Value, field.Reason, field.Want)
	e.Err = err
	return e
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if len(last) > 300 {
		last = last[:300] + "…"
	}
	return last
}

// asError finds the *Error in err.
func asError(err error) (*Error, bool) {
	var e *Error
	found := errors.As(err, &e)
	return e, found
}
