package api_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
)

// clock is a time that passes when it is told to.
type clock struct{ millis atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMilli(1_750_000_000_000 + c.millis.Load()) }
func (c *clock) advance(d time.Duration) { c.millis.Add(d.Milliseconds()) }

// One who calls too often is held back and told for how long, and after that may call again. One token's calls do not
// count against another's.
func TestRateLimitOfTokens(t *testing.T) {
	t.Parallel()
	var time clock
	s := begin(t, func(c *api.Config) {
		c.Clock, c.Rates = time.now, api.Rates{PerToken: 0.25, TokenBurst: 6, PerAddress: 100, AddressBurst: 100}
	})
	s.give("a", "1")
	_, token := s.token("a")
	get := func() (int, string) {
		status, _, header := s.call("GET", "/v1/accounts/a/balance", "", "Authorization", "Bearer "+token)
		return status, header.Get("Retry-After")
	}
	for i := range 6 {
		if status, _ := get(); status != 200 {
			t.Fatalf("call %d: %d", i, status)
		}
	}
	for range 3 { // who is refused does not have to wait longer for it
		if status, after := get(); status != 429 || after != "4" {
			t.Errorf("%d, Retry-After %q", status, after)
		}
	}
	if status, _, _ := s.call("GET", "/v1/accounts/a/balance", ""); status != 200 {
		t.Error("another token was held back:", status)
	}
	time.advance(4000 * 1e6)
	if status, _ := get(); status != 200 {
		t.Error("held back for longer than was said:", status)
	}
}

// Guesses of tokens are held back by address, before the store is asked; whose token is good is not held back by that.
func TestRateLimitOfGuesses(t *testing.T) {
	t.Parallel()
	var time clock
	s := begin(t, func(c *api.Config) {
		c.Clock, c.Rates = time.now, api.Rates{PerToken: 100, TokenBurst: 100, PerAddress: 1, AddressBurst: 5}
	})
	s.give("a", "1") // makes the admin's token known
	statuses := map[int]int{}
	for i := range 20 {
		status, _, header := s.call("GET", "/v1/accounts/a/balance", "", "Authorization", fmt.Sprintf("Bearer tropic_guess%d", i))
		if statuses[status]++; status == 429 && header.Get("Retry-After") != "1" {
			t.Error(header)
		}
	}
	if statuses[401] != 4 || statuses[429] != 16 { // the admin's first call counted, too
		t.Error(statuses)
	}
	if status, _, _ := s.call("GET", "/healthz", ""); status != 429 {
		t.Error("calls without a token are not held back:", status)
	}
	s.has("a", 1)
}
