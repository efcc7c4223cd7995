package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Whatever is sent, the API does not fail, answers as it says, and is as before when it refuses.
func FuzzRequests(f *testing.F) {
	for _, seed := range [][3]string{
		{"POST", "/grants", `{"credits":"1000","priority":-1,"expires":"2099-01-01T00:00:00.000Z","cost_cents":2500,"reason":"r"}`},
		{"POST", "/grants", `{"credits":"1e999999"}`},
		{"POST", "/grants", `{"credits":"1","cost_cents":1e400}`},
		{"POST", "/adjustments", `{"credits":"-0.000000001","reason":"r"}`},
		{"PUT", "/limits", `{"daily_cap_credits":"1.5","daily_cap_quanta":"5400000000","max_session_seconds":60,"control_plane_loss_grace_seconds":60,"zone":"Asia/Tokyo"}`},
		{"PUT", "/limits?instance=i-1", `{"daily_cap_credits":null,"daily_cap_quanta":null,"max_session_seconds":null}`},
		{"POST", "/tokens", `{"name":"laptop"}`},
		{"DELETE", "/tokens/x", ""},
		{"GET", "/balance?at=9999-12-31T23:59:59.999Z", ""},
		{"GET", "/balance?at=0000-01-01T00:00:00Z", ""},
		{"GET", "/forecast?instance_type=t3.micro&model=anthropic%2Fclaude-haiku-4-5", ""},
		{"GET", "/statement?from=1970-01-01T00:00:00Z&to=9999-01-01T00:00:00%2B14:00", ""},
		{"POST", "/grants", "{\"credits\":\"1\",\"reason\":\"\\ud800\"}"},
	} {
		f.Add(seed[0], seed[1], []byte(seed[2]), "key")
	}
	s, err := store.Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "m.db"), pricebook.Published())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	hash, err := api.AdminTokenHash(adminToken)
	if err != nil {
		f.Fatal(err)
	}
	config := api.Config{Store: s, Book: pricebook.Published(), Logger: slog.New(slog.DiscardHandler), AdminTokenHash: hash}
	generous(&config)
	handler, err := api.New(config)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path string, body []byte, key string) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://meter/v1/accounts/a"+path, strings.NewReader(string(body)))
		if err != nil {
			t.Skip(err)
		}
		r.Header.Set("Authorization", "Bearer "+adminToken)
		r.Header.Set("Content-Type", client.JSON)
		r.Header.Set("Idempotency-Key", key)
		before, err := s.Facts(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		after, err := s.Facts(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if w.Code < 400 {
			return
		}
		var e client.ErrorBody
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Error.Code == "" || e.Error.Message == "" || e.Error.RequestID == "" {
			t.Errorf("%d %s: %v", w.Code, w.Body, err)
		}
		if len(after) != len(before) {
			t.Errorf("%d, and yet %d facts became %d", w.Code, len(before), len(after))
		}
	})
}
