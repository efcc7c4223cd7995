package provider

import (
	"context"
	"errors"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// isLate reports whether err only says that a machine has not caught up: the records are right, and the machine
// reconciles to them when it connects. Such a failure is a warning, for an error would taint what is not at fault.
func isLate(err error) bool {
	for _, kind := range []error{
		tropic.ErrNotConnected, tropic.ErrCommandFailed, tropic.ErrTimeout, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
