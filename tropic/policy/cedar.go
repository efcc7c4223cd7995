package policy

import (
	"fmt"

	"github.com/cedar-policy/cedar-go"
)

// CheckCedar reports the first syntax fault of Cedar policy text, with its place. It does not know a schema yet.
func CheckCedar(text string) error {
	set, err := cedar.NewPolicySetFromBytes("cedar", []byte(text))
	if err != nil {
		return fmt.Errorf("not Cedar policy text: %w", err)
	}
	for range set.All() {
		return nil
	}
	return &SyntaxError{Position: Position{1, 1}, Reason: "there is no policy in the Cedar text", Want: "a permit or forbid"}
}
