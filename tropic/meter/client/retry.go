package client

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"math/big"
	"net/http"
	"strconv"
	"time"
)

// retries says how calls are repeated.
type retries struct {
	attempts    int
	first, most time.Duration // between attempts
	wait        func(ctx context.Context, d time.Duration) error
}

// run calls until it succeeds, fails for good, or was tried often enough. Every call may be repeated: reads change nothing,
// and writes carry an idempotency key.
func (r retries) run(ctx context.Context, call func() error) error {
	delay := r.first
	for attempt := 1; ; attempt++ {
		err := call()
		least, again := transient(err)
		if !again || attempt >= r.attempts || ctx.Err() != nil || least > r.most {
			return err
		}
		if r.wait(ctx, max(least, jittered(delay))) != nil {
			return err // the error of the call says more than that time is over
		}
		delay = min(2*delay, r.most)
	}
}

// transient tells whether an error may pass, and how long the server wants to be left alone.
func transient(err error) (least time.Duration, again bool) {
	var answer *Error
	var connection *connectionError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &answer):
		return answer.retryAfter, answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusServiceUnavailable
	case errors.As(err, &certificate):
		return 0, false
	case errors.As(err, &connection):
		return 0, true
	default:
		return 0, false
	}
}

// retryAfter reads the header in seconds, the form that the meter uses; 0 if there is none.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// jittered is between half of d and d, so that clients that failed together do not come back together.
func jittered(d time.Duration) time.Duration {
	if d < 2 {
		return d
	}
	part, err := rand.Int(rand.Reader, big.NewInt(int64(d/2)))
	if err != nil {
		return d
	}
	return d/2 + time.Duration(part.Int64())
}

// pause waits, unless the context ends first or would.
func pause(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
