package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Limits are what an account, or one machine, may spend, as they were set; nil is no limit. Of the two forms of a cap one
// is enough when limits are set.
type Limits struct {
	DailyCapCredits   *string           `json:"daily_cap_credits"`
	DailyCapQuanta    *pricebook.Amount `json:"daily_cap_quanta,string"`
	MaxSessionSeconds *int64            `json:"max_session_seconds"`
	// GraceSeconds is for how much longer than usual a machine runs on while the meter cannot renew its lease; nil: it stops
	// when its usual lease ends.
	GraceSeconds *int64 `json:"control_plane_loss_grace_seconds"`
	Zone         string `json:"zone"` // IANA name of the zone that days are counted in; an account's
}

// Limits are the limits that were set for an account, or with an instance for that machine alone. A machine is bound by the
// account's limits, too.
func (c *Client) Limits(ctx context.Context, account, instance string) (*Limits, error) {
	r, err := limitsRequest(http.MethodGet, account, instance)
	if err != nil {
		return nil, err
	}
	return fetch[Limits](ctx, c, r)
}

// SetLimits sets the limits of an account, or with an instance of that machine alone, in place of those before. Calls with
// the same key and limits are one call; a key of "" is a new one.
func (c *Client) SetLimits(ctx context.Context, account, instance, key string, limits Limits) (*Limits, error) {
	r, err := limitsRequest(http.MethodPut, account, instance)
	if err != nil {
		return nil, err
	}
	r.key, r.body = keyOr(key), limits
	return fetch[Limits](ctx, c, r)
}

func limitsRequest(method, account, instance string) (request, error) {
	path, err := accountPath(account, "limits")
	query := url.Values{}
	if instance != "" {
		query.Set("instance", instance)
	}
	return request{method: method, path: path, query: query}, err
}

// LimitsOf are limits as they go over the wire.
func LimitsOf(l meter.Limits) Limits {
	out := Limits{Zone: l.Zone}
	if l.DailyCap != 0 {
		credits := l.DailyCap.String()
		out.DailyCapCredits, out.DailyCapQuanta = &credits, &l.DailyCap
	}
	if l.MaxSession != 0 {
		seconds := int64(l.MaxSession / time.Second)
		out.MaxSessionSeconds = &seconds
	}
	if seconds := int64(l.Grace / time.Second); seconds != 0 {
		out.GraceSeconds = &seconds
	}
	if out.Zone == "" {
		out.Zone = "UTC"
	}
	return out
}

// maxSession is the longest limit of a session that can be said: a hundred years.
const maxSession = 100 * 365 * 24 * time.Hour

// Meter are the limits as the meter counts them. It refuses limits that are nothing or less, and two forms of a cap that
// do not agree.
func (l Limits) Meter() (meter.Limits, error) {
	out := meter.Limits{Zone: l.Zone}
	limit, err := l.dailyCap()
	if err != nil {
		return out, err
	}
	out.DailyCap = limit
	if l.MaxSessionSeconds != nil {
		seconds := *l.MaxSessionSeconds
		if seconds <= 0 || seconds > int64(maxSession/time.Second) {
			return out, fmt.Errorf("max_session_seconds is %d; want 1 to %d, or null for no limit", seconds, int64(maxSession/time.Second))
		}
		out.MaxSession = time.Duration(seconds) * time.Second
	}
	if l.GraceSeconds != nil {
		seconds := *l.GraceSeconds
		if seconds <= 0 || seconds > int64(meter.MaxGrace/time.Second) {
			return out, fmt.Errorf("control_plane_loss_grace_seconds is %d; want 1 to %d, or null for none", seconds, int64(meter.MaxGrace/time.Second))
		}
		out.Grace = time.Duration(seconds) * time.Second
	}
	return out, nil
}

// dailyCap is the cap, 0 for none.
func (l Limits) dailyCap() (limit pricebook.Amount, err error) {
	switch {
	case l.DailyCapCredits == nil && l.DailyCapQuanta == nil:
		return 0, nil
	case l.DailyCapQuanta == nil:
		if limit, err = pricebook.ParseAmount(*l.DailyCapCredits); err != nil {
			return 0, fmt.Errorf("daily_cap_credits: %w", err)
		}
	default:
		limit = *l.DailyCapQuanta
		if l.DailyCapCredits != nil && !says(*l.DailyCapCredits, limit) {
			return 0, fmt.Errorf("daily_cap_credits is %q but daily_cap_quanta is %d, which is %s credits; give one of them", *l.DailyCapCredits, int64(limit), limit)
		}
	}
	if limit <= 0 {
		return 0, fmt.Errorf("a daily cap of %s credits is none; want more than 0, or null for no cap", limit)
	}
	return limit, nil
}

// says tells whether credits are a number of quanta, exactly or as it is shown.
func says(credits string, quanta pricebook.Amount) bool {
	parsed, err := pricebook.ParseAmount(credits)
	return credits == quanta.String() || err == nil && parsed == quanta
}
