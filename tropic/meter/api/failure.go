package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// failure is an error that is answered as it is.
type failure struct {
	status  int
	code    client.Code
	message string
}

func (f *failure) Error() string { return f.message }

// malformed is about a request that cannot be read, senseless about one that can.
func malformed(message string) error { return &failure{http.StatusBadRequest, client.Invalid, message} }

func senseless(message string) error {
	return &failure{http.StatusUnprocessableEntity, client.Invalid, message}
}

// fail answers with an error. What is the server's own fault goes to the log, and not over the wire.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := failureOf(err)
	record := recordOf(r)
	if f.status >= http.StatusInternalServerError {
		s.config.Logger.ErrorContext(r.Context(), "a request failed", "request_id", record.id, "route", record.route, "error", err.Error())
	}
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	a, err := sent(f.status, client.ErrorBody{Error: client.Error{Code: f.code, Message: f.message, RequestID: record.id}})
	if err != nil {
		panic(err) // of strings, it cannot be
	}
	send(w, a)
}

// failureOf says how an error is answered.
func failureOf(err error) *failure {
	var f *failure
	var unpriced *pricebook.UnpricedError
	var unreadable *report.UnreadableError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &large):
		return &failure{http.StatusRequestEntityTooLarge, client.TooLarge, "the body is larger than 64 KiB"}
	case errors.As(err, &unreadable), errors.Is(err, store.ErrDamaged), errors.Is(err, errPanic):
		return &failure{http.StatusInternalServerError, client.Internal, "the meter failed; its log says more under the id of this request"}
	case errors.Is(err, meter.ErrConflict):
		return &failure{http.StatusConflict, client.Conflict, "this Idempotency-Key was used for something else; repeat a request unchanged, or give another one a key of its own"}
	case errors.Is(err, store.ErrTokenConflict):
		return &failure{http.StatusConflict, client.Conflict, "this Idempotency-Key was used for a token of another name; give another token a key of its own"}
	case errors.As(err, &unpriced):
		return &failure{http.StatusUnprocessableEntity, client.Invalid, unpriced.Error()}
	case errors.Is(err, meter.ErrFact):
		return &failure{http.StatusUnprocessableEntity, client.Invalid, err.Error()}
	case errors.Is(err, pricebook.ErrOverflow):
		return &failure{http.StatusUnprocessableEntity, client.Invalid, "what would be charged until then is more than an amount can hold; ask about an earlier time"}
	case errors.Is(err, context.Canceled):
		return &failure{http.StatusServiceUnavailable, client.Unavailable, "the request was given up before it was answered; repeat it with the same Idempotency-Key"}
	default:
		return &failure{http.StatusServiceUnavailable, client.Unavailable, "the meter's store does not answer; repeat the request later, a write with the same Idempotency-Key"}
	}
}
