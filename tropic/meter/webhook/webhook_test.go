package webhook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/webhook"
)

const secret = "0123456789abcdef0123456789abcdef"

func TestAWarningIsSignedAndSaysWhat(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	status := http.StatusInternalServerError
	var got map[string]any
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		header := r.Header.Get(webhook.Header)
		if err := webhook.Verify(secret, header, text, now.Add(time.Minute), 5*time.Minute); err != nil {
			t.Error(err)
		}
		for what, err := range map[string]error{
			"another secret": webhook.Verify(secret+"x", header, text, now, time.Minute),
			"another body":   webhook.Verify(secret, header, append(text, ' '), now, time.Minute),
			"later":          webhook.Verify(secret, header, text, now.Add(6*time.Minute), 5*time.Minute),
			"no header":      webhook.Verify(secret, "", text, now, time.Minute),
			"half a header":  webhook.Verify(secret, header[:20], text, now, time.Minute),
		} {
			if err == nil {
				t.Errorf("%s passes", what)
			}
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(receiver.Close)
	s, err := webhook.New(receiver.URL, secret, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	w := controller.Warning{Key: "warn:1", Account: "alice", Cause: meter.DailyCap, Instance: "i-1", Deadline: meter.At(now), Before: time.Hour}
	if err := s.Notify(t.Context(), w); err == nil || !strings.Contains(err.Error(), "500") || strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
	status = http.StatusNoContent
	if err := s.Notify(t.Context(), w); err != nil {
		t.Error(err)
	}
	if got["account"] != "alice" || got["cause"] != "daily-cap" || got["key"] != "warn:1" || got["seconds_before"] != 3600.0 {
		t.Errorf("%v", got)
	}
	status = http.StatusFound
	if err := s.Notify(t.Context(), w); err == nil {
		t.Error("a redirect passes")
	}
}

func TestBadAddressesAndSecrets(t *testing.T) {
	t.Parallel()
	for address, why := range map[string]string{
		"": "no URL", "ftp://example.com/x": "neither https", "http://example.com/x": "neither https", "://": "no URL", "http://user:hunter2@example.com/": "neither https",
	} {
		if _, err := webhook.New(address, secret, time.Now); err == nil || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := webhook.New("https://example.com/", "short", time.Now); err == nil || strings.Contains(err.Error(), "short\"") {
		t.Error(err)
	}
}
