package manifest

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one agent document. They bound what a machine with 1 GB has to hold, and how many parameters a fleet needs.
const (
	// MaxFileSize is the largest workspace file, in bytes.
	MaxFileSize = 1 << 20
	// MaxFiles is how many workspace files one agent may be given.
	MaxFiles = 64
	// MaxAgentName is the longest name of an agent, in bytes.
	MaxAgentName = 128
	// MaxDocumentSize is the largest document, in bytes of canonical JSON, before compression. A reader refuses more.
	MaxDocumentSize = 4 << 20
)

// APIKeyMode says whose model API key a machine uses, and so how it is billed (contract 4.1, tag tropic:api-key).
type APIKeyMode string

// The two billing modes.
const (
	APIKeyTropic APIKeyMode = "tropic" // Tropic's key: compute and model are charged
	APIKeyOwn    APIKeyMode = "own"    // the user's key: compute only
)

// DefaultModel is what a machine's agents use when nothing else is said, as "provider/model-id".
const DefaultModel = "anthropic/claude-sonnet-4-6"

// GatewayPort is where the OpenClaw gateway listens, on loopback.
const GatewayPort = 18789

// Settings is /tropic/instances/<id>/settings: what holds for the whole machine.
type Settings struct {
	Name    string     `json:"name"`
	Account string     `json:"account"`
	Model   string     `json:"model"` // "provider/model-id"
	APIKey  APIKeyMode `json:"api_key"`
	// AllowedOrigins are the origins from which the OpenClaw UI may be opened, such as "https://tropic.bot".
	AllowedOrigins []string `json:"allowed_origins,omitempty"`
}

// Agent is /tropic/instances/<id>/agents/<slug>: one agent and all files it is given.
type Agent struct {
	Slug  string `json:"slug"`
	Name  string `json:"name"`            // for people
	Model string `json:"model,omitempty"` // overrides Settings.Model
	// Template is where Files came from, for people; the files are complete without it.
	Template string `json:"template,omitempty"`
	// PolicyID names the one policy attached to the agent, or is empty.
	PolicyID string `json:"policy_id,omitempty"`
	// Files maps a path relative to the workspace, with forward slashes, to UTF-8 text.
	Files map[string]string `json:"files"`
}

// Policy is /tropic/policies/<policy-id>: rule lines, raw Cedar, or both.
type Policy struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Rules string `json:"rules,omitempty"` // ALLOW / REQUIRE CONFIRM / DENY lines
	Cedar string `json:"cedar,omitempty"` // Cedar policy text
	// Default is what happens to a call that nothing mentions: "allow", "confirm" or "deny". Empty leaves it to the rules,
	// and is "allow" when they set none.
	Default string `json:"default,omitempty"`
}

// AuthorizedKeys is /tropic/instances/<id>/ssh/authorized-keys: who may log in as user ubuntu.
type AuthorizedKeys struct {
	Keys []string `json:"keys"` // OpenSSH public key lines, without options
}

var policyDefaults = []string{"allow", "confirm", "deny"}

var (
	modelPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._:/@-]*$`)
	originPattern   = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$`)
	providerPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
)

// ValidateModel reports whether s is a model reference, "provider/model-id". The error is a *FieldError.
func ValidateModel(s string) error {
	if !modelPattern.MatchString(s) || len(s) > 128 {
		return &FieldError{
			Field: "model", Value: s, Reason: "is not a model reference",
			Want: `"provider/model-id", such as "` + DefaultModel + `"`,
		}
	}
	return nil
}

// ValidateProvider reports whether s can name a model provider, such as "anthropic"; it becomes the parameter name of
// the credential and, in upper case with _API_KEY appended, its variable in OpenClaw's .env.
func ValidateProvider(s string) error {
	if !providerPattern.MatchString(s) {
		return &FieldError{
			Field: "provider", Value: s, Reason: "is not a provider name",
			Want: `lower-case letters, digits and hyphens, such as "anthropic"`,
		}
	}
	return nil
}

// ValidateAgentName reports whether s can be an agent's name for people: one line of printable text, at most
// MaxAgentName bytes. It stands in the agent's prompt, so it must not be able to begin a line there. The error is a
// *FieldError.
func ValidateAgentName(s string) error {
	if strings.TrimSpace(s) == "" || len(s) > MaxAgentName || !utf8.ValidString(s) ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return &FieldError{
			Field: "name", Reason: "is empty, too long or has a character that cannot be printed",
			Want: fmt.Sprintf("one line of at most %d bytes", MaxAgentName),
		}
	}
	return nil
}

// Validate reports every fault of the document, joined; each is a *FieldError.
func (s Settings) Validate() error {
	errs := []error{ValidateName("name", s.Name), ValidateName("account", s.Account), ValidateModel(s.Model)}
	if s.APIKey != APIKeyTropic && s.APIKey != APIKeyOwn {
		errs = append(errs, &FieldError{
			Field: "api_key", Value: string(s.APIKey), Reason: "is not a billing mode",
			Want: `"tropic" (Tropic's key, metered) or "own" (your key, compute only)`,
		})
	}
	for i, o := range s.AllowedOrigins {
		if !originPattern.MatchString(o) {
			errs = append(errs, &FieldError{
				Field: fmt.Sprintf("allowed_origins[%d]", i), Value: o,
				Reason: "is not an origin", Want: `scheme, host and optional port, such as "https://tropic.bot"`,
			})
		}
	}
	return errors.Join(errs...)
}

// Validate reports every fault of the document, joined; each is a *FieldError.
func (a Agent) Validate() error {
	errs := []error{ValidateSlug(a.Slug), ValidateAgentName(a.Name)}
	if a.Model != "" {
		errs = append(errs, ValidateModel(a.Model))
	}
	if a.PolicyID != "" {
		errs = append(errs, ValidateName("policy_id", a.PolicyID))
	}
	if len(a.Files) > MaxFiles {
		errs = append(errs, &FieldError{
			Field: "files", Reason: fmt.Sprintf("has %d files", len(a.Files)),
			Want: fmt.Sprintf("at most %d", MaxFiles),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(a.Files)) {
		errs = append(errs, ValidateFile(name, a.Files[name]))
	}
	return errors.Join(append(errs, validatePrefixes(a.Files))...)
}

// Validate reports every fault of the document, joined; each is a *FieldError. It does not read the rules: that is
// package policy's work.
func (p Policy) Validate() error {
	errs := []error{ValidateName("id", p.ID)}
	if strings.TrimSpace(p.Rules) == "" && strings.TrimSpace(p.Cedar) == "" {
		errs = append(errs, &FieldError{
			Field: "rules", Reason: "and cedar are both empty",
			Want: "rule lines, Cedar text, or both",
		})
	}
	if p.Default != "" && !slices.Contains(policyDefaults, p.Default) {
		errs = append(errs, &FieldError{
			Field: "default", Value: p.Default, Reason: "is no default", Want: `"allow", "confirm" or "deny"`,
		})
	}
	return errors.Join(errs...)
}

// Validate reports every fault of the document, joined; each is a *FieldError.
func (k AuthorizedKeys) Validate() error {
	var errs []error
	for i, line := range k.Keys {
		fields := strings.Fields(line)
		if strings.ContainsAny(line, "\n\r\x00") || len(fields) < 2 || !knownKeyType(fields[0]) {
			errs = append(errs, &FieldError{
				Field: fmt.Sprintf("keys[%d]", i), Reason: "is not a public key line",
				Want: "key type, base64 key and an optional comment, without options",
			})
		}
	}
	return errors.Join(errs...)
}

func knownKeyType(s string) bool {
	return s == "ssh-ed25519" || s == "ssh-rsa" || strings.HasPrefix(s, "ecdsa-sha2-") || strings.HasPrefix(s, "sk-")
}

// ValidateFile reports whether name is a safe workspace path and content is storable. The error is a *FieldError.
// A safe path is relative, clean, has no "..", no component longer than 255 bytes and at most 8 components.
func ValidateFile(name, content string) error {
	field := fmt.Sprintf("files[%q]", name)
	want := `a relative path with forward slashes inside the workspace, such as "AGENTS.md" or "notes/today.md"`
	components := strings.Split(name, "/")
	switch {
	case name == "" || path.IsAbs(name) || path.Clean(name) != name || components[0] == ".." || name == ".":
		return &FieldError{Field: field, Reason: "is not a path inside the workspace", Want: want}
	case strings.ContainsAny(name, "\x00\\\n\r") || !utf8.ValidString(name):
		return &FieldError{Field: field, Reason: "has a character that is not allowed in a path", Want: want}
	case len(components) > 8 || slices.ContainsFunc(components, func(c string) bool { return len(c) > 255 }):
		return &FieldError{
			Field: field, Reason: "is too deep or too long",
			Want: "at most 8 components of at most 255 bytes",
		}
	case components[0] == ".git":
		return &FieldError{Field: field, Reason: "lies in the workspace's own git directory", Want: want}
	case len(content) > MaxFileSize:
		return &FieldError{
			Field: field, Reason: fmt.Sprintf("has %d bytes", len(content)),
			Want: fmt.Sprintf("at most %d bytes", MaxFileSize),
		}
	case !utf8.ValidString(content):
		return &FieldError{Field: field, Reason: "is not valid UTF-8", Want: "text"}
	}
	return nil
}

// validatePrefixes refuses a set in which one path is both a file and a directory, which no reconcile could satisfy.
func validatePrefixes(files map[string]string) error {
	for name := range files {
		for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
			if _, both := files[dir]; both {
				return &FieldError{
					Field: fmt.Sprintf("files[%q]", dir), Reason: "is also the directory of " + name,
					Want: "one or the other",
				}
			}
		}
	}
	return nil
}
