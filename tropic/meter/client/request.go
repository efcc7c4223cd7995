package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// request is one call of the API.
type request struct {
	method string
	path   string // escaped
	query  url.Values
	accept string // "" is JSON
	key    string // Idempotency-Key, of writes
	body   any    // nil, or what is sent as JSON
}

// connectionError says that no whole answer came.
type connectionError struct{ err error }

func (e *connectionError) Error() string { return "the meter does not answer: " + e.err.Error() }
func (e *connectionError) Unwrap() error { return e.err }

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// fetch makes a call whose answer is a T in JSON.
func fetch[T any](ctx context.Context, c *Client, r request) (*T, error) {
	body, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	var out T
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, fmt.Errorf("the meter's answer to %s %s cannot be read: %w", r.method, r.path, err)
	}
	return &out, nil
}

// do makes a call, again if need be, and returns the body of the answer. The error is an *Error if the meter refused.
func (c *Client) do(ctx context.Context, r request) (answer []byte, err error) {
	var body []byte
	if r.body != nil {
		if body, err = json.Marshal(r.body); err != nil {
			return nil, fmt.Errorf("the body of %s %s: %w", r.method, r.path, err)
		}
	}
	err = c.retries.run(ctx, func() error {
		answer, err = c.once(ctx, r, body)
		return err
	})
	return answer, err
}

func (c *Client) once(ctx context.Context, r request, body []byte) (answer []byte, err error) {
	target := c.base.String() + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	call, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	c.setHeaders(call, r)
	response, err := c.http.Do(call)
	if err != nil {
		return nil, &connectionError{err}
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &connectionError{err}
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("the meter's answer to %s %s is larger than %d bytes", r.method, r.path, maxAnswer)
	case response.StatusCode < 200 || response.StatusCode > 299:
		return nil, errorOf(response, answer)
	}
	return answer, nil
}

func (c *Client) setHeaders(call *http.Request, r request) {
	c.authorize(call)
	call.Header.Set("User-Agent", c.agent)
	call.Header.Set("Accept", r.accept)
	if r.accept == "" {
		call.Header.Set("Accept", JSON)
	}
	if r.key != "" {
		call.Header.Set("Idempotency-Key", r.key)
	}
	if r.body != nil {
		call.Header.Set("Content-Type", JSON)
	}
}

// keyOr is a key, or a new one.
func keyOr(key string) string {
	if key == "" {
		return rand.Text()
	}
	return key
}
