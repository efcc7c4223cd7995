package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Code says what kind of error an answer is.
type Code string

// The codes, each with its HTTP status.
const (
	Unauthenticated Code = "unauthenticated" // 401
	Forbidden       Code = "forbidden"       // 403, also for an account of others, whether or not it exists
	NotFound        Code = "not_found"       // 404
	Invalid         Code = "invalid"         // 400 when it cannot be read, 422 when it makes no sense
	Conflict        Code = "conflict"        // 409: the idempotency key was used for something else
	TooLarge        Code = "too_large"       // 413
	RateLimited     Code = "rate_limited"    // 429
	Unavailable     Code = "unavailable"     // 503
	Internal        Code = "internal"        // 500
)

// Error is an answer of the meter that is an error.
type Error struct {
	Status    int    `json:"-"`
	Code      Code   `json:"code"` // "" when something between client and meter answered
	Message   string `json:"message"`
	RequestID string `json:"request_id"`

	retryAfter time.Duration
}

// ErrorBody is an error on the wire.
type ErrorBody struct {
	Error Error `json:"error"`
}

func (e *Error) Error() string {
	text := fmt.Sprintf("the meter answered %d %s: %s", e.Status, e.Code, e.Message)
	if e.Code == "" {
		text = fmt.Sprintf("something answered %d %s in place of the meter; is the address right?", e.Status, http.StatusText(e.Status))
	}
	if e.RequestID != "" {
		text += fmt.Sprintf(" (request %s)", e.RequestID)
	}
	return text
}

// errorOf is the error in an answer. What is not the meter's own form is not repeated: it may be anything.
func errorOf(response *http.Response, body []byte) *Error {
	var e ErrorBody
	if json.Unmarshal(body, &e) != nil {
		e = ErrorBody{}
	}
	e.Error.Status = response.StatusCode
	e.Error.retryAfter = retryAfter(response.Header)
	if e.Error.RequestID == "" {
		e.Error.RequestID = response.Header.Get("X-Request-Id")
	}
	return &e.Error
}
