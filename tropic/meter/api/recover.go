package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
)

// errPanic is wrapped by the error about a panic.
var errPanic = errors.New("panic")

// recoverPanics answers a panic with an error. Its value goes to the log only when the runtime made it: others may hold what
// was sent.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler { //nolint:errorlint // net/http compares so, too
				panic(value)
			}
			err := fmt.Errorf("%w of a %T", errPanic, value)
			var fault runtime.Error
			if e, ok := value.(error); ok && errors.As(e, &fault) {
				err = fmt.Errorf("%w: %w", errPanic, fault)
			}
			s.config.Logger.ErrorContext(r.Context(), "a handler panicked", "request_id", recordOf(r).id, "stack", string(debug.Stack()))
			s.fail(w, r, err)
		}()
		next.ServeHTTP(w, r)
	})
}
