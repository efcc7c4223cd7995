package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls one meter. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	authorize func(*http.Request) // a closure, so that printing a client does not show the token
	http      *http.Client
	agent     string
	retries   retries
}

// Option changes how a client works.
type Option func(*Client)

// WithHTTPClient makes calls by another HTTP client, such as one with a proxy or certificates of its own. Redirects are not
// followed, whatever it says: a token goes to no other place.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) { own := *h; c.http = &own }
}

// WithUserAgent says who calls.
func WithUserAgent(agent string) Option { return func(c *Client) { c.agent = agent } }

// WithAttempts sets how often a call is tried in all; 1 is no repetition.
func WithAttempts(n int) Option { return func(c *Client) { c.retries.attempts = max(1, n) } }

// WithWait sets how the time between attempts passes: for tests.
func WithWait(wait func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Client) { c.retries.wait = wait }
}

// callTimeout bounds one attempt.
const callTimeout = 30 * time.Second

// ErrAddress is wrapped by the error about an address that no meter can have.
var ErrAddress = errors.New("not the address of a meter")

// New makes a client of the meter at an address such as https://meter.example.com. It refuses http:// but for this very
// machine, since a token would go over the wire in the clear. A token of "" sends none.
func New(address, token string, options ...Option) (*Client, error) {
	base, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the meter's token has a space, a control character or a letter beyond ASCII; was it cut or quoted?")
	}
	c := &Client{
		base:    base,
		http:    &http.Client{Timeout: callTimeout},
		agent:   "tropic-meter-client",
		retries: retries{attempts: 5, first: 200 * time.Millisecond, most: 10 * time.Second, wait: pause},
		authorize: func(r *http.Request) {
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
		},
	}
	for _, o := range options {
		o(c)
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: it cannot be read as a URL; want one such as https://meter.example.com", ErrAddress)
	}
	switch {
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%w: %q; want one such as https://meter.example.com", ErrAddress, u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: %q has a user, a query or a fragment; the token is given apart", ErrAddress, u.Host)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("%w: %q would send the token in the clear; want https://", ErrAddress, u.Redacted())
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
