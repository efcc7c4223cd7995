package imds

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

type source struct {
	mu       sync.Mutex
	instance Instance
	refuse   error
}

func (s *source) Metadata() (Instance, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.instance, s.instance.ID != ""
}

func (s *source) RoleCredentials() (Credentials, error) {
	return Credentials{AccessKeyID: "ASIA1", Secret: "secret", Token: "token", Expires: time.Unix(4_000_000_000, 0)}, s.refuse
}

func call(t *testing.T, h http.Handler, method, path string, header map[string]string) (status int, text string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://169.254.169.254"+path, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func session(t *testing.T, h http.Handler) map[string]string {
	t.Helper()
	status, token := call(t, h, http.MethodPut, "/latest/api/token", map[string]string{ttlHeader: "60"})
	if status != http.StatusOK || token == "" {
		t.Fatalf("token: %d", status)
	}
	return map[string]string{tokenHeader: token}
}

func TestTokenIsRequired(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	h := NewHandler(&source{instance: Instance{ID: "i-1"}}, func() time.Time { return now })
	const id = "/latest/meta-data/instance-id"
	if status, _ := call(t, h, http.MethodGet, id, nil); status != http.StatusUnauthorized {
		t.Errorf("version 1 request: %d, want 401", status)
	}
	if status, _ := call(t, h, http.MethodGet, id, map[string]string{tokenHeader: "made up"}); status != http.StatusUnauthorized {
		t.Errorf("made-up token: %d, want 401", status)
	}
	token := session(t, h)
	if status, got := call(t, h, http.MethodGet, id, token); status != http.StatusOK || got != "i-1" {
		t.Errorf("with a token: %d %q", status, got)
	}
	now = now.Add(time.Minute)
	if status, _ := call(t, h, http.MethodGet, id, token); status != http.StatusUnauthorized {
		t.Errorf("expired token: %d, want 401", status)
	}
	for _, ttl := range []string{"", "0", "-1", "21601", "x", "9223372037"} { // the last wraps around as nanoseconds
		if status, _ := call(t, h, http.MethodPut, "/latest/api/token", map[string]string{ttlHeader: ttl}); status != http.StatusBadRequest {
			t.Errorf("token for %q seconds: %d, want 400", ttl, status)
		}
	}
	proxied := map[string]string{ttlHeader: "60", "X-Forwarded-For": "10.0.0.1"}
	if status, _ := call(t, h, http.MethodPut, "/latest/api/token", proxied); status != http.StatusForbidden {
		t.Errorf("token through a proxy: %d, want 403", status)
	}
}

func TestTokensAreBounded(t *testing.T) {
	t.Parallel()
	h := NewHandler(&source{instance: Instance{ID: "i-1"}}, time.Now)
	for range maxTokens + 10 {
		session(t, h)
	}
	if len(h.tokens) > maxTokens {
		t.Errorf("%d tokens are kept", len(h.tokens))
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	s := &source{instance: Instance{
		ID: "i-1", Region: "eu-west-1", Zone: "eu-west-1a", AccountID: "123456789012", PrivateIP: "172.31.0.4",
		KeyName: "k", PublicKey: "ssh-ed25519 AAAA k", Role: "vm", ProfileARN: "arn:p", UserData: []byte("#!/bin/sh"),
	}}
	h := NewHandler(s, time.Now)
	token := session(t, h)
	want := map[string]string{
		"/latest/meta-data/placement/region":          "eu-west-1",
		"/latest/meta-data/local-ipv4":                "172.31.0.4",
		"/latest/meta-data/public-keys/0/openssh-key": "ssh-ed25519 AAAA k",
		"/latest/user-data":                           "#!/bin/sh",
		"/latest/meta-data/iam/security-credentials/": "vm",
	}
	for path, text := range want {
		if status, got := call(t, h, http.MethodGet, path, token); status != http.StatusOK || got != text {
			t.Errorf("%s: %d %q, want %q", path, status, got, text)
		}
	}
	for _, path := range []string{
		"/latest/meta-data/public-ipv4", "/latest/meta-data/tags/instance/", "/latest/meta-data/none",
		"/latest/meta-data/iam/security-credentials/other", "/",
	} {
		if status, got := call(t, h, http.MethodGet, path, token); status != http.StatusNotFound {
			t.Errorf("%s: %d %q, want 404", path, status, got)
		}
	}
	_, text := call(t, h, http.MethodGet, "/latest/meta-data/iam/security-credentials/vm", token)
	var creds map[string]string
	if err := json.Unmarshal([]byte(text), &creds); err != nil || creds["Code"] != "Success" || creds["Token"] != "token" {
		t.Errorf("credentials: %q, %v", text, err)
	}
	var document map[string]any
	_, text = call(t, h, http.MethodGet, "/latest/dynamic/instance-identity/document", token)
	if err := json.Unmarshal([]byte(text), &document); err != nil || document["instanceId"] != "i-1" {
		t.Errorf("identity document: %q, %v", text, err)
	}
	s.refuse = errors.New("role is gone")
	if status, _ := call(t, h, http.MethodGet, "/latest/meta-data/iam/security-credentials/vm", token); status != http.StatusNotFound {
		t.Errorf("credentials of a role that is gone: %d, want 404", status)
	}
}

// A lease is a tag that machines read here: an edit must show in the next request.
func TestTagEditsShowAtOnce(t *testing.T) {
	t.Parallel()
	s := &source{instance: Instance{ID: "i-1", Tags: map[string]string{"tropic:lease": "one"}}}
	h := NewHandler(s, time.Now)
	token := session(t, h)
	const path = "/latest/meta-data/tags/instance/tropic:lease"
	if _, got := call(t, h, http.MethodGet, path, token); got != "one" {
		t.Errorf("tag = %q", got)
	}
	s.mu.Lock()
	s.instance.Tags = map[string]string{"tropic:lease": "two"}
	s.mu.Unlock()
	if _, got := call(t, h, http.MethodGet, path, token); got != "two" {
		t.Errorf("tag after an edit = %q", got)
	}
}
