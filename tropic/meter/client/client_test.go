package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

const secret = "tropic_hunter2"

// serve answers by a function, and is called without waiting between attempts.
func serve(t *testing.T, answer http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, secret, client.WithWait(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A write that is tried again, after a broken connection, 429 and 503, has the same idempotency key and body.
func TestWritesAreRepeatedAsTheSame(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	var keys, amounts [4]string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := calls.Add(1) - 1
		var body client.GrantRequest
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		keys[n], amounts[n] = r.Header.Get("Idempotency-Key"), body.Credits
		switch n {
		case 0:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			fmt.Fprint(w, `{"account":"a","key":"k","credits":"5","quanta":"18000000000","given":true,"later":"members are ignored"}`)
		}
	})
	got, err := c.Grant(t.Context(), "a", "", client.GrantRequest{Credits: "5"})
	if err != nil || got.Quanta != 5*pricebook.Credit || !got.Given {
		t.Fatal(got, err)
	}
	for i := range keys {
		if keys[i] == "" || keys[i] != keys[0] || amounts[i] != "5" {
			t.Errorf("attempt %d: key %q, credits %q", i, keys[i], amounts[i])
		}
	}
}

// A refusal is not tried again, and says what the meter said.
func TestRefusals(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"error":{"code":"forbidden","message":"not yours","request_id":"r-1"}}`)
	})
	_, err := c.Balance(t.Context(), "a", 0)
	var e *client.Error
	if !errors.As(err, &e) || e.Status != 403 || e.Code != client.Forbidden || e.Message != "not yours" || e.RequestID != "r-1" || calls.Load() != 1 {
		t.Error(err, calls.Load())
	}
	if !strings.Contains(err.Error(), "403 forbidden: not yours (request r-1)") {
		t.Error(err)
	}
}

// What is not the meter's answer is not repeated in an error: it may be the page of a proxy with anything in it.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadGateway, http.StatusOK, http.StatusFound} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.com/")
			w.WriteHeader(status)
			fmt.Fprint(w, "<html>"+secret)
		})
		if _, err := c.Balance(t.Context(), "a", 0); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// A server that is never well is given up on, and so is one that wants to be left alone for long.
func TestAttemptsEnd(t *testing.T) {
	t.Parallel()
	for after, want := range map[string]int32{"": 5, "0": 5, "600": 1} {
		var calls atomic.Int32
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		var e *client.Error
		if _, err := c.Limits(t.Context(), "a", ""); !errors.As(err, &e) || e.Status != 503 || calls.Load() != want {
			t.Errorf("Retry-After %q: %v after %d calls, want %d", after, err, calls.Load(), want)
		}
	}
}

// A token goes nowhere in the clear, and a client that is printed does not show it.
func TestTokensAreKept(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://meter.example.com", "http://10.0.0.1:8080", "ftp://localhost", "meter.example.com", "", "https://",
		"https://u:hunter2@meter.example.com", "https://m/?token=hunter2", "http://localhost.example.com", "https://[::1", "https://m/\x7fhunter2",
	} {
		if _, err := client.New(address, secret); !errors.Is(err, client.ErrAddress) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"https://meter.example.com/base/", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"} {
		c, err := client.New(address, secret)
		if err != nil || strings.Contains(fmt.Sprintf("%v %+v %#v %+v", c, c, c, *c), secret) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := client.New("https://m", secret+"\n"); err == nil || strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
}

// Names that no account can have never leave the client, where they would be another path.
func TestAccountNames(t *testing.T) {
	t.Parallel()
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("called %s", r.URL) })
	for _, name := range []string{"", ".", "..", "a/b", "a\n", "\xff", strings.Repeat("ü", 65)} {
		if _, err := c.Balance(t.Context(), name, 0); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	c = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/accounts/a b?ü%/balance" {
			t.Error(r.URL.Path)
		}
		fmt.Fprint(w, `{}`)
	})
	if _, err := c.Balance(t.Context(), "a b?ü%", 0); err != nil {
		t.Error(err)
	}
}

// Limits survive the way over the wire, and a cap may be said in either form.
func TestLimitsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, l := range []meter.Limits{{Zone: "UTC"}, {DailyCap: 1, MaxSession: time.Second, Grace: meter.MaxGrace, Zone: "Asia/Tokyo"}, {DailyCap: 12 * pricebook.Credit, Zone: "UTC"}} {
		text, err := json.Marshal(client.LimitsOf(l))
		if err != nil {
			t.Fatal(err)
		}
		var wire client.Limits
		if err := json.Unmarshal(text, &wire); err != nil {
			t.Fatal(err)
		}
		if got, err := wire.Meter(); got != l || err != nil {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		`{"daily_cap_credits":"0"}`:                          "is none",
		`{"daily_cap_credits":"-1"}`:                         "is none",
		`{"daily_cap_credits":"0.0000000001"}`:               "whole number of quanta",
		`{"daily_cap_credits":"1e9"}`:                        "no number of credits",
		`{"daily_cap_quanta":"-5"}`:                          "is none",
		`{"daily_cap_credits":"1","daily_cap_quanta":"7"}`:   "give one of them",
		`{"control_plane_loss_grace_seconds":604801}`:        "want 1 to 604800",
		`{"control_plane_loss_grace_seconds":-1}`:            "want 1 to 604800",
		`{"max_session_seconds":0}`:                          "want 1 to",
		`{"max_session_seconds":9223372036854775807}`:        "want 1 to",
		`{"daily_cap_credits":"1","max_session_seconds":-5}`: "want 1 to",
		`{"daily_cap_credits":"999999999999"}`:               "overflows",
	} {
		var wire client.Limits
		if err := json.Unmarshal([]byte(text), &wire); err != nil {
			t.Fatal(err)
		}
		if _, err := wire.Meter(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Instants have milliseconds on the wire, and none is lost.
func TestInstants(t *testing.T) {
	t.Parallel()
	var i client.Instant
	if err := json.Unmarshal([]byte(`"2026-03-01T01:00:00.070+01:00"`), &i); err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(i); string(text) != `"2026-03-01T00:00:00.070Z"` || err != nil {
		t.Error(string(text), err)
	}
	for _, bad := range []string{`"2026-03-01"`, `"2026-03-01T00:00:00.0001Z"`, `"never"`, `5`} {
		if err := json.Unmarshal([]byte(bad), &i); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
	if client.Maybe(0) != nil || client.Maybe(meter.Never) != nil || *client.Maybe(5) != 5 {
		t.Error("what is absent is not told from what is there")
	}
}
