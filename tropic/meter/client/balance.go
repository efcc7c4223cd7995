package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Balance is what is left of an account's credits at an instant.
type Balance struct {
	Account   string         `json:"account"`
	At        Instant        `json:"at"`
	Money                    // less than zero when there is a debt
	Rate      pricebook.Rate `json:"rate_milli_credits_per_hour"` // of all machines that run
	Grants    []GrantLeft    `json:"grants"`                      // in the order in which they will be spent
	Exhausted *Instant       `json:"exhausted,omitempty"`         // when nothing is left, if nothing else happens; nil is never
}

// GrantLeft is what is left of a grant.
type GrantLeft struct {
	Key string `json:"key"`
	Money
	Expires *Instant `json:"expires"` // nil is never
}

// Balance is what an account has at an instant; 0 is now, by the server's database.
func (c *Client) Balance(ctx context.Context, account string, at Instant) (*Balance, error) {
	path, err := accountPath(account, "balance")
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	setInstant(query, "at", at)
	return fetch[Balance](ctx, c, request{method: http.MethodGet, path: path, query: query})
}

// setInstant sets a parameter unless the instant is 0.
func setInstant(query url.Values, name string, at Instant) {
	if at != 0 {
		query.Set(name, at.String())
	}
}
