package phone

import (
	"errors"
	"fmt"
	"slices"
)

// Mode says what the patterns of a restriction mean.
type Mode string

// The three modes.
const (
	Unrestricted Mode = "unrestricted" // anyone; patterns are kept, and mean nothing
	Allowlist    Mode = "allowlist"    // only numbers that match
	Blocklist    Mode = "blocklist"    // everyone else
)

// Modes lists the modes, for messages and completion.
func Modes() []Mode { return []Mode{Unrestricted, Allowlist, Blocklist} }

// UnknownModeError says that a mode is none of [Modes].
type UnknownModeError struct{ Mode Mode }

func (e *UnknownModeError) Error() string {
	return fmt.Sprintf("%q is no mode of phone restriction; want unrestricted, allowlist or blocklist", clip(string(e.Mode)))
}

// Restriction says whom an agent may message. The zero value allows nobody.
type Restriction struct {
	mode     Mode
	patterns []Pattern
}

// NewRestriction reads patterns and joins all their faults: each an *Error, and an *UnknownModeError for the mode. An
// allowlist without patterns is valid and allows nobody.
func NewRestriction(mode Mode, patterns []string) (Restriction, error) {
	var errs []error
	if !slices.Contains(Modes(), mode) {
		errs = append(errs, &UnknownModeError{mode})
	}
	r := Restriction{mode: mode, patterns: make([]Pattern, 0, len(patterns))}
	for _, text := range patterns {
		p, err := ParsePattern(text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		r.patterns = append(r.patterns, p)
	}
	if err := errors.Join(errs...); err != nil {
		return Restriction{}, err
	}
	return r, nil
}

// Allows tells whether the agent may message the number. The zero Number is allowed in no mode: who is not known cannot
// be judged.
func (r Restriction) Allows(n Number) bool {
	if n == (Number{}) {
		return false
	}
	listed := slices.ContainsFunc(r.patterns, func(p Pattern) bool { return p.Match(n) })
	switch r.mode {
	case Unrestricted:
		return true
	case Allowlist:
		return listed
	case Blocklist:
		return !listed
	default:
		return false
	}
}

// Mode returns the mode.
func (r Restriction) Mode() Mode { return r.mode }

// Patterns returns the patterns in the order given.
func (r Restriction) Patterns() []Pattern { return slices.Clone(r.patterns) }
