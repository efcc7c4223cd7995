package phone

import "fmt"

// Fault is what is wrong with a text that should be a number or a pattern.
type Fault string

// The faults.
const (
	Empty       Fault = "it is empty"
	NoPlus      Fault = "it has no + and country code"
	BadChar     Fault = "it has a character that no number has"
	BadCountry  Fault = "no country code begins with 0"
	TooShort    Fault = "it is too short for a number"
	TooLong     Fault = "it is longer than any number"
	BadWildcard Fault = "the wildcard * can only stand at the end"
	NotAPattern Fault = "it is a pattern, and one number is needed"
)

// Error says why a text is no number or no pattern. Callers tell them apart by Fault.
type Error struct {
	Input string
	Fault Fault
}

func (e *Error) Error() string {
	return fmt.Sprintf("%q is no phone number: %s; want E.164 such as +6591234567%s", clip(e.Input), e.Fault, e.hint())
}

func (e *Error) hint() string {
	switch e.Fault {
	case NoPlus:
		return ", with the country code"
	case BadWildcard, TooShort:
		return ", or +65* for all that begin so"
	case TooLong:
		return fmt.Sprintf(", of at most %d digits", MaxDigits)
	default:
		return ""
	}
}

// clip keeps messages short, whatever was given.
func clip(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
