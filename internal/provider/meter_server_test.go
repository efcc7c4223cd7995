package provider_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// meterServer is a real meter on a store of its own, for one test.
type meterServer struct {
	t     *testing.T
	url   string
	admin *client.Client
	store *store.Store
	close func()

	mu        sync.Mutex
	intercept func(http.Handler, http.ResponseWriter, *http.Request)
	calls     []string // method and path of what was asked for
}

const adminToken = "an-admin-token-for-tests-0123456789abcdef"

func newMeter(t *testing.T) *meterServer {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "meter.db"), pricebook.Published())
	if err != nil {
		t.Fatal(err)
	}
	m := &meterServer{t: t, store: s}
	handler := meterHandler(t, s)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(handler, w, r) }))
	m.url, m.close = server.URL, sync.OnceFunc(server.Close)
	t.Cleanup(func() {
		m.close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if m.admin, err = client.New(m.url, adminToken); err != nil {
		t.Fatal(err)
	}
	return m
}

// meterHandler is the API over a store, as tropic meter serve has it.
func meterHandler(t *testing.T, s *store.Store) http.Handler {
	t.Helper()
	hash, err := api.AdminTokenHash(adminToken)
	if err != nil {
		t.Fatal(err)
	}
	server, err := api.New(api.Config{
		Store: s, Book: pricebook.Published(), Logger: slog.New(slog.DiscardHandler), AdminTokenHash: hash,
	})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func (m *meterServer) serve(handler http.Handler, w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	intercept := m.intercept
	m.calls = append(m.calls, r.Method+" "+r.URL.RequestURI())
	m.mu.Unlock()
	if intercept == nil {
		handler.ServeHTTP(w, r)
		return
	}
	intercept(handler, w, r)
}

// setIntercept puts something between the client and the meter.
func (m *meterServer) setIntercept(f func(http.Handler, http.ResponseWriter, *http.Request)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intercept = f
}

// takeCalls returns the calls since the last time, in order.
func (m *meterServer) takeCalls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.calls
	m.calls = nil
	return calls
}

// token makes a token of an account.
func (m *meterServer) token(account string) string {
	m.t.Helper()
	made, err := m.admin.CreateToken(m.t.Context(), account, "", client.TokenRequest{Name: "terraform"})
	if err != nil {
		m.t.Fatal(err)
	}
	return made.Token
}

func (m *meterServer) grant(account string, credits int64) {
	m.t.Helper()
	_, err := m.admin.Grant(m.t.Context(), account, "", client.GrantRequest{Credits: fmt.Sprint(credits), CostCents: 1, Reason: "test"})
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *meterServer) adjust(account, credits string) {
	m.t.Helper()
	if _, err := m.admin.Adjust(m.t.Context(), account, "", client.AdjustmentRequest{Credits: credits, Reason: "test"}); err != nil {
		m.t.Fatal(err)
	}
}

// append adds facts that the watch over EC2 would.
func (m *meterServer) append(facts ...meter.Fact) {
	m.t.Helper()
	if _, err := m.store.Append(m.t.Context(), facts...); err != nil {
		m.t.Fatal(err)
	}
}

// starts is the fact that a machine of the default kind runs since a while.
func (m *meterServer) starts(account, instance string, ago time.Duration) {
	m.t.Helper()
	m.append(meter.Fact{
		Key: "start:" + instance, Kind: meter.Start, Account: account, Instance: instance, Effective: meter.At(time.Now().Add(-ago)),
		InstanceType: "t3.micro", Model: "anthropic/claude-sonnet-4-6", Confidence: meter.Confirmed, Evidence: "test",
	})
}

// setLimits does what another tool would.
func (m *meterServer) setLimits(account, instance string, l meter.Limits) {
	m.t.Helper()
	wanted := client.LimitsOf(l)
	if instance != "" {
		wanted.Zone = ""
	}
	if _, err := m.admin.SetLimits(m.t.Context(), account, instance, "", wanted); err != nil {
		m.t.Fatal(err)
	}
}

func (m *meterServer) limits(account, instance string) meter.Limits {
	m.t.Helper()
	l, err := m.admin.Limits(m.t.Context(), account, instance)
	if err != nil {
		m.t.Fatal(err)
	}
	limits, err := l.Meter()
	if err != nil {
		m.t.Fatal(err)
	}
	return limits
}

// leftovers reports limits of an account that a destroy should have taken away, also of its machines.
func (m *meterServer) leftovers(account string) error {
	facts, err := m.store.Facts(context.Background(), account)
	if err != nil {
		return err
	}
	a := meter.NewAccount(account, pricebook.Published())
	of := map[string]bool{}
	for _, f := range facts {
		if _, err := a.Add(f); err != nil {
			return err
		}
		if f.Kind == meter.Limit {
			of[f.Instance] = true
		}
	}
	for instance := range of {
		l, err := a.LimitsAt(instance, meter.At(time.Now().Add(time.Minute)))
		if err != nil {
			return err
		}
		if l.DailyCap != 0 || l.MaxSession != 0 || instance == "" && l.Zone != "" && l.Zone != "UTC" {
			return fmt.Errorf("limits %+v of %q in account %q are left", l, instance, account)
		}
	}
	return nil
}

// limitFacts counts how often limits of an account were set.
func (m *meterServer) limitFacts(account string) int {
	m.t.Helper()
	facts, err := m.store.Facts(m.t.Context(), account)
	if err != nil {
		m.t.Fatal(err)
	}
	n := 0
	for _, f := range facts {
		if f.Kind == meter.Limit {
			n++
		}
	}
	return n
}

// block is a provider block that names the meter.
func (m *meterServer) block(token string) string {
	return fmt.Sprintf("provider \"tropic\" {\n  meter = {\n    url   = %q\n    token = %q\n  }\n}\n", m.url, token)
}

// env names the meter to a process of Terraform.
func (m *meterServer) env(token string) []string {
	return []string{"TROPIC_METER_URL=" + m.url, "TROPIC_METER_TOKEN=" + token}
}
