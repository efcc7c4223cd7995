package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v84"
	"github.com/stripe/stripe-go/v84/webhook"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// What becomes of a signed event.
const (
	stripeGranted = "granted"
	stripeKnown   = "known"   // it was granted before
	stripeIgnored = "ignored" // it is about something else, or not paid yet
	stripeRefused = "refused" // it does not fit what is sold
)

// checkout is what counts of a Checkout session.
type checkout struct {
	ID            string            `json:"id"`
	AmountTotal   *int64            `json:"amount_total"` // in the smallest unit of the currency
	Currency      string            `json:"currency"`
	PaymentStatus string            `json:"payment_status"`
	Created       int64             `json:"created"` // seconds since 1970
	Reference     string            `json:"client_reference_id"`
	Metadata      map[string]string `json:"metadata"`
}

// stripe turns a paid Checkout session into a grant.
func (s *Server) stripe(r *http.Request) (*answer, error) {
	if s.config.StripeSecret == "" {
		return nil, &failure{http.StatusNotFound, client.NotFound, "this meter was given no signing secret of Stripe"}
	}
	event, err := s.event(r)
	if err != nil {
		return nil, err
	}
	outcome, err := s.take(r, event)
	if err != nil {
		s.metrics.stripe.WithLabelValues(stripeRefused).Inc()
		return nil, err
	}
	s.metrics.stripe.WithLabelValues(outcome).Inc()
	return sent(http.StatusOK, map[string]string{"outcome": outcome})
}

// event is the event in a request, whose signature holds.
func (s *Server) event(r *http.Request) (*stripe.Event, error) {
	event, err := webhook.ConstructEventWithOptions(bodyOf(r), r.Header.Get("Stripe-Signature"), s.config.StripeSecret, webhook.ConstructEventOptions{
		Tolerance:                webhook.DefaultTolerance,
		IgnoreAPIVersionMismatch: true, // what is read of a session is the same in all versions
	})
	if err != nil || event.Data == nil {
		return nil, &failure{http.StatusUnauthorized, client.Unauthenticated, "the event is not signed with the secret of this endpoint, or was signed more than 5 minutes ago, or cannot be read"}
	}
	return &event, nil
}

// take says what an event means, and grants what was paid.
func (s *Server) take(r *http.Request, event *stripe.Event) (outcome string, err error) {
	if event.Type != stripe.EventTypeCheckoutSessionCompleted && event.Type != stripe.EventTypeCheckoutSessionAsyncPaymentSucceeded {
		return stripeIgnored, nil
	}
	var c checkout
	if err := json.Unmarshal(event.Data.Raw, &c); err != nil {
		return "", malformed("the event's session cannot be read")
	}
	if c.PaymentStatus != string(stripe.CheckoutSessionPaymentStatusPaid) {
		return stripeIgnored, nil // another event comes once it is paid
	}
	f, err := c.grant()
	if err != nil {
		s.config.Logger.ErrorContext(r.Context(), "a paid Checkout session gives no credits", "request_id", recordOf(r).id, "error", err.Error())
		return "", err
	}
	recordOf(r).account = f.Account
	added, err := s.add(r.Context(), f)
	if err != nil {
		return "", err
	}
	if !added {
		return stripeKnown, nil
	}
	return stripeGranted, nil
}

// grant is the fact that a paid session is: of a package that is sold, at its price.
func (c *checkout) grant() (meter.Fact, error) {
	account := c.Metadata["account"]
	if account == "" {
		account = c.Reference
	}
	if err := client.CheckAccount(account); err != nil || c.ID == "" {
		return meter.Fact{}, senseless("the session names no account, in metadata.account or client_reference_id, or has no id; refund it, or grant by hand")
	}
	p, err := sold(c.Metadata["package"], time.Unix(c.Created, 0))
	if err != nil {
		return meter.Fact{}, err
	}
	if c.AmountTotal == nil || *c.AmountTotal != p.USDCents || !strings.EqualFold(c.Currency, "usd") {
		return meter.Fact{}, senseless(fmt.Sprintf("the session's amount and currency are not the price of %s credits, %d cents in US dollars; refund it, or grant by hand", p.Credits, p.USDCents))
	}
	return meter.Fact{
		Kind: meter.Grant, Account: account, Key: "stripe:" + c.ID, Amount: p.Credits, CostCents: p.USDCents,
		Evidence: "stripe", Reason: "Stripe Checkout",
	}, nil
}

// sold is the package of a number of credits that was on sale at an instant.
func sold(credits string, at time.Time) (pricebook.Package, error) {
	amount, err := pricebook.ParseAmount(credits)
	if err == nil {
		for _, p := range pricebook.Packages(at) {
			if p.Credits == amount {
				return p, nil
			}
		}
	}
	return pricebook.Package{}, senseless("the session's metadata.package is no number of credits that was on sale when it began; refund it, or grant by hand")
}
