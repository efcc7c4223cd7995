package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Statement says what became of an account's credits in [From, To): Opening plus the amounts of the lines is Closing, to
// the last quantum.
type Statement struct {
	Account  string  `json:"account"`
	From     Instant `json:"from"`
	To       Instant `json:"to"`
	Opening  Money   `json:"opening"`
	Closing  Money   `json:"closing"`
	Granted  Money   `json:"granted"`
	Charged  Money   `json:"charged"` // by machines
	Adjusted Money   `json:"adjusted"`
	Expired  Money   `json:"expired"`
	Lines    []Line  `json:"lines"` // by instant
}

// Line is one reason for a change of the balance.
type Line struct {
	At       Instant        `json:"at"`
	Until    *Instant       `json:"until,omitempty"` // of a charge: it is for [At, Until)
	Entry    meter.Entry    `json:"entry"`
	Instance string         `json:"instance,omitempty"`                    // of a charge
	Rate     pricebook.Rate `json:"rate_milli_credits_per_hour,omitempty"` // of a charge
	Key      string         `json:"key,omitempty"`                         // of the fact behind the others
	Reason   string         `json:"reason,omitempty"`
	Money                   // less than zero when it takes credits away
}

// The media types that a statement comes in.
const (
	JSON = "application/json"
	CSV  = "text/csv"
	Text = "text/plain"
)

// Statement is an account's statement of [from, to); a from of 0 is the account's first fact, a to of 0 is now.
func (c *Client) Statement(ctx context.Context, account string, from, to Instant) (*Statement, error) {
	r, err := statementRequest(account, from, to, JSON)
	if err != nil {
		return nil, err
	}
	return fetch[Statement](ctx, c, r)
}

// StatementAs is a statement as a document of a media type: JSON, CSV or Text.
func (c *Client) StatementAs(ctx context.Context, account string, from, to Instant, mediaType string) ([]byte, error) {
	r, err := statementRequest(account, from, to, mediaType)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, r)
}

func statementRequest(account string, from, to Instant, mediaType string) (request, error) {
	path, err := accountPath(account, "statement")
	query := url.Values{}
	setInstant(query, "from", from)
	setInstant(query, "to", to)
	return request{method: http.MethodGet, path: path, query: query, accept: mediaType}, err
}
