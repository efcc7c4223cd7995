package api_test

import (
	"errors"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// code is that of the meter's refusal, "" if it did not refuse.
func code(err error) client.Code {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
