package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Forecast says when machines must stop if nothing else happens.
type Forecast struct {
	Account string  `json:"account"`
	At      Instant `json:"at"`
	Money
	Machines  []Machine `json:"machines"`            // that run
	Exhausted *Instant  `json:"exhausted,omitempty"` // when nothing is left; nil is never
	Planned   *Planned  `json:"planned,omitempty"`   // when one was asked about
}

// Machine is a machine that runs.
type Machine struct {
	Instance string         `json:"instance"`
	Rate     pricebook.Rate `json:"rate_milli_credits_per_hour"`
	Deadline *Deadline      `json:"deadline,omitempty"` // nil: no limit is in sight
}

// Deadline is when and why a machine must stop.
type Deadline struct {
	At    Instant     `json:"at"`
	Cause meter.Cause `json:"cause"`
	Until *Instant    `json:"until,omitempty"` // when it may run again by itself, of a daily cap
}

// Planned is what would follow if one more machine ran from now on, beside those that do.
type Planned struct {
	Rate      pricebook.Rate `json:"rate_milli_credits_per_hour"` // of that machine alone
	Seconds   *int64         `json:"seconds"`                     // until credits end, rounded down; nil is for ever
	Exhausted *Instant       `json:"exhausted"`                   // when they end; nil is never
}

// MachinePlan is a machine that does not run yet. A model of "" is the user's own key.
type MachinePlan struct{ InstanceType, Model string }

// Forecast says when an account's machines must stop. With a plan, which may be nil, it also says how long credits would
// last if that machine ran, too.
func (c *Client) Forecast(ctx context.Context, account string, plan *MachinePlan) (*Forecast, error) {
	path, err := accountPath(account, "forecast")
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	if plan != nil {
		query.Set("instance_type", plan.InstanceType)
		if plan.Model != "" {
			query.Set("model", plan.Model)
		}
	}
	return fetch[Forecast](ctx, c, request{method: http.MethodGet, path: path, query: query})
}
