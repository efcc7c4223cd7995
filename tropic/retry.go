package tropic

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Defaults of RetryPolicy. With them a call that is throttled without end is given up after about three minutes.
const (
	DefaultMaxAttempts = 14
	DefaultMaxBackoff  = 20 * time.Second
)

// retryableCodes are the AWS error codes that pass by themselves, besides the SDK's own list of throttling codes
// (retry.DefaultThrottleErrorCodes). Sources: EC2 "Error codes for the Amazon EC2 API" (server errors), Systems Manager
// and IAM API references (common errors).
var retryableCodes = map[string]struct{}{
	"InternalError":               {},
	"InternalFailure":             {},
	"InternalServerError":         {},
	"InternalServiceError":        {},
	"Unavailable":                 {},
	"ServiceUnavailable":          {},
	"ServiceUnavailableException": {},
	"RequestTimeout":              {},
	"RequestTimeoutException":     {},
	"TooManyUpdates":              {}, // Parameter Store: concurrent writes to one parameter
	"ConcurrentModification":      {}, // IAM: concurrent writes to one role or profile
}

// RetryPolicy says how often and how long a failed AWS call is repeated. Only throttling, server faults, broken
// connections and a named list of codes are repeated, always under the caller's context, in the SDK's adaptive mode: one
// token bucket per service slows all calls of the client down while AWS throttles.
type RetryPolicy struct {
	MaxAttempts int           // tries in all; 1 = no repetition; default DefaultMaxAttempts
	MaxBackoff  time.Duration // longest pause between two tries; default DefaultMaxBackoff
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts <= 0 {
		p.MaxAttempts = DefaultMaxAttempts
	}
	if p.MaxBackoff <= 0 {
		p.MaxBackoff = DefaultMaxBackoff
	}
	return p
}

// retryer makes the SDK's retryer for one service client.
func (p RetryPolicy) retryer() aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(so *retry.StandardOptions) {
			so.MaxAttempts = p.MaxAttempts
			so.MaxBackoff = p.MaxBackoff
			// The SDK's token bucket gives up after 100 repetitions in the whole process, which a large apply under
			// throttling meets at once; MaxAttempts and the context bound the work instead.
			so.RateLimiter = ratelimit.None
			so.Retryables = append(so.Retryables, retry.RetryableErrorCode{Codes: retryableCodes})
			so.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
				return Backoff{Min: 200 * time.Millisecond, Max: p.MaxBackoff}.delay(attempt, random()), nil
			})
		})
	})
}

// Backoff is a pause that doubles from Min up to Max, each jittered down by up to half so that clients that failed
// together do not come back together.
type Backoff struct{ Min, Max time.Duration }

// delay returns the pause after the attempt-th failure, from 0. r lies in [0,1).
func (b Backoff) delay(attempt int, r float64) time.Duration {
	d := b.Min
	for i := 0; i < attempt && d < b.Max; i++ {
		d *= 2
	}
	if d > b.Max {
		d = b.Max
	}
	return d/2 + time.Duration(r*float64(d/2))
}

// random returns a number in [0,1).
func random() float64 {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails since Go 1.24
	return float64(binary.BigEndian.Uint64(raw[:])>>11) / (1 << 53)
}
