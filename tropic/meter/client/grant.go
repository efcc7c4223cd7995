package client

import (
	"context"
	"net/http"
)

// GrantRequest is credits to be given.
type GrantRequest struct {
	Credits   string   `json:"credits"`              // exact, such as "1000" or "12.5"
	Priority  int      `json:"priority,omitempty"`   // lower is spent first
	Expires   *Instant `json:"expires,omitempty"`    // nil is never
	CostCents int64    `json:"cost_cents,omitempty"` // what was paid, in US cents; 0 is promotional
	Reason    string   `json:"reason,omitempty"`     // for people
}

// AdjustmentRequest is a correction by a person.
type AdjustmentRequest struct {
	Credits string `json:"credits"` // exact; less than zero takes credits away
	Reason  string `json:"reason"`
}

// Receipt is what became of a grant or an adjustment.
type Receipt struct {
	Account string `json:"account"`
	Key     string `json:"key"` // of the fact in the ledger
	Money
	Given bool `json:"given"` // false: it was there before, and nothing changed
}

// Grant gives credits. Calls with the same key and request give them once, however many there are; a key of "" is a new
// one. It needs an admin token.
func (c *Client) Grant(ctx context.Context, account, key string, grant GrantRequest) (*Receipt, error) {
	return c.book(ctx, account, "grants", key, grant)
}

// Adjust corrects a balance. As with Grant, the key says which correction it is. It needs an admin token.
func (c *Client) Adjust(ctx context.Context, account, key string, adjustment AdjustmentRequest) (*Receipt, error) {
	return c.book(ctx, account, "adjustments", key, adjustment)
}

func (c *Client) book(ctx context.Context, account, kind, key string, body any) (*Receipt, error) {
	path, err := accountPath(account, kind)
	if err != nil {
		return nil, err
	}
	return fetch[Receipt](ctx, c, request{method: http.MethodPost, path: path, key: keyOr(key), body: body})
}
