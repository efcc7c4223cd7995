package api_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v84/webhook"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// checkoutEvent is an event as Stripe sends it.
type checkoutEvent struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	API    string `json:"api_version"`
	Type   string `json:"type"`
	Data   struct {
		Object map[string]any `json:"object"`
	} `json:"data"`
}

// checkoutOf is the event of a paid package of 1,000 credits.
func checkoutOf(session, account string) checkoutEvent {
	e := checkoutEvent{ID: "evt_" + session, Object: "event", API: "2025-09-30.clover", Type: "checkout.session.completed"}
	e.Data.Object = map[string]any{
		"id": session, "object": "checkout.session", "amount_total": 2500, "currency": "usd", "payment_status": "paid", "status": "complete",
		"created": time.Now().Unix(), "client_reference_id": nil, "metadata": map[string]string{"account": account, "package": "1000"},
	}
	return e
}

// deliver sends an event, signed by a secret at a time.
func (s *service) deliver(e checkoutEvent, secret string, at time.Time) (status int, answer string) {
	s.t.Helper()
	payload, err := json.Marshal(e)
	if err != nil {
		s.t.Fatal(err)
	}
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: payload, Secret: secret, Timestamp: at})
	status, answer, _ = s.call("POST", "/v1/webhooks/stripe", string(payload), "Stripe-Signature", signed.Header, "Authorization", "", "Idempotency-Key", "")
	return status, answer
}

// pay delivers an event that must be taken in.
func (s *service) pay(e checkoutEvent) (answer string) {
	s.t.Helper()
	status, answer := s.deliver(e, stripeSecret, time.Now())
	if status != 200 {
		s.t.Fatalf("%d %s", status, answer)
	}
	return answer
}

func (s *service) has(account string, credits pricebook.Amount) {
	s.t.Helper()
	b, err := s.admin.Balance(s.t.Context(), account, 0)
	if err != nil || b.Quanta != credits*pricebook.Credit {
		s.t.Errorf("%q has %+v, %v; want %d credits", account, b, err, credits)
	}
}

// A paid package is a grant, with its cost; delivered again, also many times at once, it stays one.
func TestStripeReplays(t *testing.T) {
	t.Parallel()
	s := begin(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for range 20 {
		group.Go(func() {
			_, answer := s.deliver(checkoutOf("cs_1", "alice"), stripeSecret, time.Now())
			mu.Lock()
			defer mu.Unlock()
			outcomes[strings.TrimSpace(answer)]++
		})
	}
	group.Wait()
	if outcomes[`{"outcome":"granted"}`] != 1 || outcomes[`{"outcome":"known"}`] != 19 {
		t.Error(outcomes)
	}
	// the same session as another event, such as that of a payment that took days
	later := checkoutOf("cs_1", "alice")
	later.Type = "checkout.session.async_payment_succeeded"
	if answer := s.pay(later); !strings.Contains(answer, "known") {
		t.Error(answer)
	}
	f, err := s.store.Fact(t.Context(), "alice", "stripe:cs_1")
	if err != nil || f == nil || f.CostCents != 2500 || f.Amount != 1000*pricebook.Credit {
		t.Error(f, err)
	}
	s.has("alice", 1000)
	if s.wakes("alice") != 1 {
		t.Error("the controller was woken", s.wakes("alice"), "times for one grant")
	}
}

// A payment that takes days gives credits when it is made, by the reference of the client where metadata names no account.
func TestStripeLatePayment(t *testing.T) {
	t.Parallel()
	s := begin(t)
	e := checkoutOf("cs_2", "")
	e.Data.Object["client_reference_id"] = "bob"
	e.Data.Object["payment_status"] = "unpaid"
	if answer := s.pay(e); !strings.Contains(answer, "ignored") {
		t.Error(answer)
	}
	if status, body, _ := s.call("GET", "/v1/accounts/bob/balance", ""); status != 404 {
		t.Error("what is not paid was granted:", body)
	}
	e.Type = "checkout.session.async_payment_succeeded"
	e.Data.Object["payment_status"] = "paid"
	if answer := s.pay(e); !strings.Contains(answer, "granted") {
		t.Error(answer)
	}
	s.has("bob", 1000)
	e.Type = "invoice.paid"
	if answer := s.pay(e); !strings.Contains(answer, "ignored") {
		t.Error(answer)
	}
}

// What is not signed by this endpoint's secret, or was long ago, is refused; so is what does not fit what is sold. Nothing
// is granted by any of it.
func TestStripeRefusals(t *testing.T) {
	t.Parallel()
	s := begin(t)
	now := time.Now()
	good := checkoutOf("cs_3", "carol")
	for name, try := range map[string]func() (int, string){
		"another secret": func() (int, string) { return s.deliver(good, "whsec_other", now) },
		"an old stamp":   func() (int, string) { return s.deliver(good, stripeSecret, now.Add(-6*time.Minute)) },
		"an edited body": func() (int, string) {
			signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(`{"object":"event"}`), Secret: stripeSecret, Timestamp: now})
			status, answer, _ := s.call("POST", "/v1/webhooks/stripe", `{"object":"event","id":"e"}`, "Stripe-Signature", signed.Header)
			return status, answer
		},
		"no scheme": func() (int, string) {
			status, answer, _ := s.call("POST", "/v1/webhooks/stripe", `{}`, "Stripe-Signature", "v0=abc")
			return status, answer
		},
	} {
		if status, answer := try(); status != 401 || !strings.Contains(answer, "unauthenticated") {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	if status, answer, _ := s.call("POST", "/v1/webhooks/stripe", `{}`); status != 400 {
		t.Errorf("no signature: %d %s", status, answer)
	}
	for name, change := range map[string]func(map[string]any){
		"amount":           func(o map[string]any) { o["amount_total"] = 2499 },
		"no amount":        func(o map[string]any) { o["amount_total"] = nil },
		"currency":         func(o map[string]any) { o["currency"] = "jpy" },
		"package":          func(o map[string]any) { o["metadata"] = map[string]string{"account": "carol", "package": "999"} },
		"package exponent": func(o map[string]any) { o["metadata"] = map[string]string{"account": "carol", "package": "1e3"} },
		"no package":       func(o map[string]any) { o["metadata"] = map[string]string{"account": "carol"} },
		"no account":       func(o map[string]any) { o["metadata"] = map[string]string{"package": "1000"} },
		"account":          func(o map[string]any) { o["metadata"] = map[string]string{"account": "a/b", "package": "1000"} },
		"before any price": func(o map[string]any) { o["created"] = 0 },
		"id":               func(o map[string]any) { o["id"] = "" },
	} {
		e := checkoutOf("cs_4", "carol")
		change(e.Data.Object)
		if status, answer := s.deliver(e, stripeSecret, now); status != 422 || !strings.Contains(answer, "grant by hand") {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	e := checkoutOf("cs_5", "carol")
	e.Data.Object["metadata"] = "none"
	if status, answer := s.deliver(e, stripeSecret, now); status != 400 {
		t.Error(status, answer)
	}
	if names, err := s.store.Accounts(t.Context(), "", 10); err != nil || len(names) != 0 {
		t.Error("something was granted:", names, err)
	}
}
