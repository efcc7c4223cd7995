package api_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// calls are all operations that need a token, on one account.
func calls(account string) [][3]string {
	at := "/v1/accounts/" + account
	return [][3]string{
		{"GET", at + "/balance"},
		{"GET", at + "/forecast"},
		{"GET", at + "/statement"},
		{"GET", at + "/limits"},
		{"PUT", at + "/limits", `{"daily_cap_credits":"1"}`},
		{"POST", at + "/grants", `{"credits":"1000"}`},
		{"POST", at + "/adjustments", `{"credits":"1000","reason":"why not"}`},
		{"POST", at + "/tokens", `{"name":"mine"}`},
		{"GET", at + "/tokens"},
		{"DELETE", at + "/tokens/some-id"},
		{"GET", "/v1/accounts"},
		{"GET", "/metrics"},
	}
}

// A token does for its own account what that is for, and nothing else; an account of others cannot be told from none.
func TestTokensOfOthers(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.give("alice", "5")
	s.give("bob", "7")
	_, token := s.token("alice")
	for i, call := range calls("bob") {
		none := calls("nobody")[i]
		status, answer, _ := s.call(call[0], call[1], call[2], "Authorization", "Bearer "+token, "X-Request-Id", "same")
		status2, answer2, _ := s.call(none[0], none[1], none[2], "Authorization", "Bearer "+token, "X-Request-Id", "same")
		if status != 403 || status2 != 403 || answer != answer2 {
			t.Errorf("%s %s: %d %s; of an account that is not there: %d %s", call[0], call[1], status, answer, status2, answer2)
		}
	}
	for i, call := range calls("alice") {
		want := 403
		if i < 5 {
			want = 200
		}
		if status, answer, _ := s.call(call[0], call[1], call[2], "Authorization", "Bearer "+token); status != want {
			t.Errorf("%s %s: %d %s, want %d", call[0], call[1], status, answer, want)
		}
	}
	s.has("bob", 7)
	s.has("alice", 5)
}

// Without a good token nothing is told and nothing changes, and all bad tokens are told the same.
func TestNoToken(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	s.give("alice", "5")
	id, revoked := s.token("alice")
	if err := s.admin.RevokeToken(t.Context(), "alice", id); err != nil {
		t.Fatal(err)
	}
	var answers []string
	for _, header := range []string{
		"", "Bearer", "Bearer ", "Bearer " + revoked, "Bearer tropic_" + strings.Repeat("A", 43), "Basic " + adminToken, adminToken,
		"Bearer " + adminToken + "x", "Bearer " + api.HashToken(adminToken), "Bearer " + strings.Repeat("A", 5000),
	} {
		for _, call := range calls("alice") {
			status, answer, h := s.call(call[0], call[1], call[2], "Authorization", header, "X-Request-Id", "same")
			if status != 401 || h.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%q %s: %d %s", header, call[1], status, answer)
			}
			answers = append(answers, answer)
		}
	}
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("%s differs from %s", a, answers[0])
		}
	}
	s.has("alice", 5)
}

// A token is refused from the moment on that it is revoked, though it was good before.
func TestRevocation(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.give("alice", "5")
	id, token := s.token("alice")
	alice := s.as(token)
	if _, err := alice.Balance(t.Context(), "alice", 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.admin.RevokeToken(t.Context(), "alice", id); err != nil {
			t.Error("revoking again:", err)
		}
	}
	if _, err := alice.Balance(t.Context(), "alice", 0); code(err) != client.Unauthenticated {
		t.Error(err)
	}
	if list, err := s.admin.Tokens(t.Context(), "alice"); err != nil || list.Tokens[0].Revoked == nil {
		t.Error(list, err)
	}
	for account, id := range map[string]string{"alice": "none", "bob": id} {
		if err := s.admin.RevokeToken(t.Context(), account, id); code(err) != client.NotFound {
			t.Errorf("%s of %s: %v", id, account, err)
		}
	}
}

// An admin token may be in the store, too. A new account is empty for who has its token, and for the admin from then on.
func TestStoredAdminAndNewAccounts(t *testing.T) {
	t.Parallel()
	s := begin(t, func(c *api.Config) { c.AllowUnauthenticatedMetrics = true })
	secret, hash, err := api.NewToken(bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s.secrets = append(s.secrets, secret)
	if _, _, err := s.store.CreateToken(t.Context(), "k", store.Token{ID: "1", Name: "ops", Hash: hash}); err != nil {
		t.Fatal(err)
	}
	ops := s.as(secret)
	if _, err := ops.Balance(t.Context(), "new", 0); code(err) != client.NotFound {
		t.Error("an account without facts and tokens:", err)
	}
	_, token := s.token("new")
	for _, c := range []*client.Client{s.as(token), ops} {
		if b, err := c.Balance(t.Context(), "new", 0); err != nil || b.Credits != "0" || b.Exhausted != nil {
			t.Error(b, err)
		}
		if st, err := c.Statement(t.Context(), "new", 0, 0); err != nil || len(st.Lines) != 0 {
			t.Error(st, err)
		}
	}
	if status, body, _ := s.call("GET", "/metrics", "", "Authorization", ""); status != 200 || !strings.Contains(body, "tropic_meter_api_requests_total") {
		t.Error(status, body)
	}
}

// Tokens have 256 random bits, and an admin token that could be guessed is refused.
func TestTokenStrength(t *testing.T) {
	t.Parallel()
	a, hash, err := api.NewToken(bytes.NewReader(bytes.Repeat([]byte{0xff}, 32)))
	if err != nil || a != "tropic_"+strings.Repeat("_", 42)+"8" || hash != api.HashToken(a) {
		t.Error(a, hash, err)
	}
	if _, _, err := api.NewToken(bytes.NewReader(make([]byte, 31))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	for _, weak := range []string{"", "hunter2", strings.Repeat("a", 31), strings.Repeat("a", 32) + "\n", strings.Repeat("a", 257), strings.Repeat("ü", 32)} {
		if _, err := api.AdminTokenHash(weak); !errors.Is(err, api.ErrWeakToken) {
			t.Errorf("%q: %v", weak, err)
		}
	}
}
