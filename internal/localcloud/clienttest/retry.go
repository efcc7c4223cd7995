// Package clienttest configures the AWS SDK for tests of the embedded cloud.
package clienttest

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Retryer repeats a call only when its connection broke, so that a test sees every answer of the cloud as it was given.
//
// It is needed because net/http's client closes a connection by itself when writing a request ends with an error although
// the answer has begun: reading the rest then fails with "use of closed network connection". Seen on a busy computer, in
// one of some ten thousand calls; the SDK takes it for a broken connection too (aws-sdk-go-v2 issue 2737).
func Retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 3
		o.Retryables = []retry.IsErrorRetryable{retry.NoRetryCanceledError{}, retry.RetryableConnectionError{}}
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 10 * time.Millisecond, nil })
		o.RateLimiter = unlimited{}
	})
}

// unlimited lets every attempt pass: the SDK's own limiter would make tests depend on each other's failures.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }
