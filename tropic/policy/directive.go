package policy

import "strings"

// Directive is what a line does with what it is about.
type Directive string

// The three directives. Deny wins over confirm, and confirm over allow.
const (
	Allow          Directive = "ALLOW"
	RequireConfirm Directive = "REQUIRE CONFIRM"
	Deny           Directive = "DENY"
)

// Directives lists all directives, for messages and completion.
func Directives() []Directive { return []Directive{Allow, RequireConfirm, Deny} }

func lookupDirective(word string) (Directive, bool) {
	canonical := strings.ToUpper(strings.Join(strings.Fields(word), " "))
	for _, d := range Directives() {
		if canonical == string(d) {
			return d, true
		}
	}
	return "", false
}

// strength orders directives: of two that speak about a call, the stronger decides.
func (d Directive) strength() int {
	switch d {
	case Deny:
		return 2
	case RequireConfirm:
		return 1
	default:
		return 0
	}
}

// Default is what happens to a call that no line mentions.
type Default string

// The defaults. NoDefault leaves it to the gate.
const (
	NoDefault      Default = ""
	DefaultAllow   Default = "allow"   // what is not understood is confirmed
	DefaultConfirm Default = "confirm" // a person is asked
	DefaultDeny    Default = "deny"
)

func lookupDefault(word string) (Default, bool) {
	switch strings.ToLower(strings.Join(strings.Fields(strings.Trim(word, "\"'` \t")), " ")) {
	case "allow":
		return DefaultAllow, true
	case "confirm", "require confirm":
		return DefaultConfirm, true
	case "deny":
		return DefaultDeny, true
	}
	return NoDefault, false
}

// defaultOf is the default that "everything else" sets after a directive.
func defaultOf(d Directive) Default {
	switch d {
	case Allow:
		return DefaultAllow
	case RequireConfirm:
		return DefaultConfirm
	default:
		return DefaultDeny
	}
}
