package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const (
	adminToken   = "tropic_admin-of-these-tests-0123456789abcdef"
	stripeSecret = "whsec_of_these_tests"
)

// service is an API over a store in a file of its own, and all that it said.
type service struct {
	t     *testing.T
	path  string
	store *store.Store
	url   string
	wire  *checkedWire
	admin *client.Client

	mu       sync.Mutex
	logs     bytes.Buffer
	appended map[string]int
	secrets  []string
}

// begin starts a service. When the test ends, nothing that it logged or answered has a secret in it, and every answer was
// as openapi.yaml says.
func begin(t *testing.T, change ...func(*api.Config)) *service {
	t.Helper()
	s := &service{t: t, path: filepath.Join(t.TempDir(), "meter.db"), appended: map[string]int{}, secrets: []string{adminToken, stripeSecret}}
	s.store = s.open()
	hash, err := api.AdminTokenHash(adminToken)
	if err != nil {
		t.Fatal(err)
	}
	config := api.Config{
		Store: s.store, Book: pricebook.Published(), Logger: slog.New(slog.NewJSONHandler(s, nil)),
		AdminTokenHash: hash, StripeSecret: stripeSecret,
		OnAppend: func(account string) { s.mu.Lock(); defer s.mu.Unlock(); s.appended[account]++ },
	}
	for _, c := range change {
		c(&config)
	}
	handler, err := api.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	s.url, s.wire = server.URL, newCheckedWire(t, server.Client().Transport)
	s.admin = s.as(adminToken)
	t.Cleanup(func() {
		server.Close()
		s.keptSecrets()
	})
	return s
}

func (s *service) open() *store.Store {
	s.t.Helper()
	opened, err := store.Open(s.t.Context(), "sqlite:"+s.path, pricebook.Published())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = opened.Close() })
	return opened
}

// Write takes in the log.
func (s *service) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logs.Write(p)
}

func (s *service) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logs.String()
}

func (s *service) wakes(account string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.appended[account]
}

func (s *service) keptSecrets() {
	logs, answers := s.log(), s.wire.said()
	for _, secret := range s.secrets {
		if strings.Contains(logs, secret) {
			s.t.Errorf("a secret is in the log: %s", secret)
		}
		if strings.Contains(answers, secret) {
			s.t.Errorf("a secret is in an answer: %s", secret)
		}
	}
}

// as is a client with a token, that does not wait between attempts.
func (s *service) as(token string) *client.Client {
	s.t.Helper()
	c, err := client.New(s.url, token, client.WithHTTPClient(&http.Client{Transport: s.wire}), client.WithAttempts(1))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// token makes a token for an account.
func (s *service) token(account string) (id, token string) {
	s.t.Helper()
	made, err := s.admin.CreateToken(s.t.Context(), account, "", client.TokenRequest{Name: "test"})
	if err != nil || made.Token == "" {
		s.t.Fatal(made, err)
	}
	s.secrets = append(s.secrets, made.Token)
	return made.ID, made.Token
}

// give grants credits.
func (s *service) give(account, credits string) *client.Receipt {
	s.t.Helper()
	r, err := s.admin.Grant(s.t.Context(), account, "", client.GrantRequest{Credits: credits})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// run records that a machine has run for some time.
func (s *service) run(account, instance, kind string, since time.Duration) {
	s.t.Helper()
	now, err := s.store.Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	f := meter.Fact{Key: "start:" + instance, Kind: meter.Start, Account: account, Instance: instance, Effective: now.Add(-since), InstanceType: kind}
	if _, err := s.store.Append(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// call makes a raw request as the admin; headers come as name, value and may take that away.
func (s *service) call(method, path, body string, headers ...string) (status int, answer string, header http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+adminToken)
	if method != http.MethodGet {
		r.Header.Set("Idempotency-Key", "k")
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	response, err := s.wire.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

// checkedWire checks every answer against openapi.yaml.
type checkedWire struct {
	t        *testing.T
	next     http.RoundTripper
	document *openapi3.T
	router   routers.Router

	mu      sync.Mutex
	answers bytes.Buffer
	good    map[string]bool // operations that succeeded
}

func newCheckedWire(t *testing.T, next http.RoundTripper) *checkedWire {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(api.Description)
	if err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return &checkedWire{t: t, next: next, document: document, router: router, good: map[string]bool{}}
}

func (c *checkedWire) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		if response.StatusCode < http.StatusBadRequest {
			c.t.Errorf("%s %s is not described and was answered %d", r.Method, r.URL.Path, response.StatusCode)
		}
		route, params = c.unknown(), nil
	}
	c.note(route, response, body)
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 response.StatusCode, Header: response.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(r.Context(), input.SetBodyBytes(body)); err != nil {
		c.t.Errorf("%s %s was answered %d, not as described: %v\n%s", r.Method, r.URL.Path, response.StatusCode, err, body)
	}
	return response, nil
}

// unknown stands for what is not described, which is answered as any error is.
func (c *checkedWire) unknown() *routers.Route {
	item := c.document.Paths.Value("/healthz")
	return &routers.Route{Spec: c.document, Path: "/healthz", PathItem: item, Method: http.MethodGet, Operation: item.Get}
}

func (c *checkedWire) note(route *routers.Route, response *http.Response, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	operation := route.Method + " " + route.Path
	if response.StatusCode < 300 {
		c.good[operation] = true
	}
	if operation == "POST /v1/accounts/{account}/tokens" && response.StatusCode == http.StatusCreated {
		return // the one answer that has a secret
	}
	fmt.Fprintf(&c.answers, "%s %v %s\n", operation, response.Header, body)
}

func (c *checkedWire) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers.String()
}
