package api

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Store is what the API needs of the meter's store. An error that is none of meter.ErrFact, meter.ErrConflict,
// store.ErrTokenConflict and store.ErrDamaged is taken for a store that does not answer.
type Store interface {
	Now(ctx context.Context) (meter.Instant, error)
	Append(ctx context.Context, facts ...meter.Fact) (added int, err error)
	Fact(ctx context.Context, account, key string) (*meter.Fact, error)
	Facts(ctx context.Context, account string) ([]meter.Fact, error)
	Accounts(ctx context.Context, after string, limit int) ([]string, error)
	CreateToken(ctx context.Context, key string, t store.Token) (token store.Token, made bool, err error)
	TokenByHash(ctx context.Context, hash string) (*store.Token, error)
	Tokens(ctx context.Context, account string) ([]store.Token, error)
	RevokeToken(ctx context.Context, account, id string) (found bool, err error)
}

// Config says what an API is made of. Store, Book and Logger are needed; what else is left out has a default.
type Config struct {
	Store  Store
	Book   *pricebook.Book
	Logger *slog.Logger

	AdminTokenHash              string // of AdminTokenHash; "": admin tokens are in the store alone
	StripeSecret                string // signing secret of the webhook's endpoint; "": there is no webhook
	AllowUnauthenticatedMetrics bool

	Rates    Rates
	Registry *prometheus.Registry // metrics are registered there; nil: one of its own, with those of Go and the process
	Clock    func() time.Time     // for rates and durations alone; nil: time.Now
	OnAppend func(account string) // called after facts of an account were added, while the request waits; it must not block
}

// Rates bound how often the API may be called, per second and at once.
type Rates struct {
	PerToken     rate.Limit // calls of one token
	TokenBurst   int
	PerAddress   rate.Limit // calls without a good token, of one remote address
	AddressBurst int
}

// defaultRates are far above what Terraform and a page for people need.
var defaultRates = Rates{PerToken: 50, TokenBurst: 200, PerAddress: 20, AddressBurst: 100}

func (c *Config) complete() error {
	if c.Store == nil || c.Book == nil || c.Logger == nil {
		return errors.New("the API needs a store, a price book and a logger")
	}
	if c.AdminTokenHash != "" && len(c.AdminTokenHash) != len(HashToken("")) {
		return errors.New("AdminTokenHash is no hash of a token")
	}
	if c.Rates == (Rates{}) {
		c.Rates = defaultRates
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.OnAppend == nil {
		c.OnAppend = func(string) {}
	}
	return nil
}
