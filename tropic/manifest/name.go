package manifest

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxAgents is how many agents one machine may run at once (product documentation, Agents).
const MaxAgents = 5

// MaxSlugLength is the longest agent slug, in characters; it is also a directory name on the machine.
const MaxSlugLength = 40

// MaxNameLength is the longest instance, SSH key or policy name, in characters.
const MaxNameLength = 64

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$`)
)

// ValidateSlug reports whether s can name an agent: lower-case letters, digits and inner hyphens, at most
// MaxSlugLength characters. The error is a *FieldError for field "slug".
func ValidateSlug(s string) error {
	return validateIdentifier("slug", s, MaxSlugLength, slugPattern,
		`lower-case letters, digits and hyphens, beginning and ending with a letter or digit, such as "research-1"`)
}

// ValidateName reports whether s can name an instance, an SSH key or a policy: letters, digits, '.', '_' and '-', at
// most MaxNameLength characters. The error is a *FieldError for field.
func ValidateName(field, s string) error {
	return validateIdentifier(field, s, MaxNameLength, namePattern,
		`letters, digits, '.', '_' and '-', beginning and ending with a letter or digit`)
}

func validateIdentifier(field, s string, limit int, pattern *regexp.Regexp, want string) error {
	switch {
	case s == "":
		return &FieldError{Field: field, Reason: "is empty", Want: want}
	case len(s) > limit:
		return &FieldError{
			Field: field, Value: s[:limit] + "…", Reason: fmt.Sprintf("has %d characters", len(s)),
			Want: fmt.Sprintf("at most %d characters", limit),
		}
	case !pattern.MatchString(s) || strings.Contains(s, ".."):
		return &FieldError{Field: field, Value: s, Reason: "has a character or form that is not allowed", Want: want}
	}
	return nil
}

// FieldError says which field of a document is wrong, why, and what would be right.
type FieldError struct {
	Field  string // path in the document, such as "files[\"../x\"]"
	Value  string // the offending value; never set for secrets
	Reason string
	Want   string
}

func (e *FieldError) Error() string {
	var b strings.Builder
	b.WriteString(e.Field)
	if e.Value != "" {
		fmt.Fprintf(&b, " %q", e.Value)
	}
	b.WriteString(" " + e.Reason)
	if e.Want != "" {
		b.WriteString("; want " + e.Want)
	}
	return b.String()
}
