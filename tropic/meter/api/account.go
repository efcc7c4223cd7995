package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
)

// defaultPage is how many accounts are listed at once when nobody says.
const defaultPage = 100

func (s *Server) accounts(r *http.Request) (*answer, error) {
	query, limit := r.URL.Query(), defaultPage
	if text := query.Get("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil {
			return nil, malformed("limit is no whole number")
		}
	}
	names, err := s.config.Store.Accounts(r.Context(), query.Get("after"), limit+1)
	if err != nil {
		return nil, err
	}
	page := client.AccountPage{Accounts: append([]string{}, names...)}
	if len(names) > limit {
		page.Accounts, page.Next = page.Accounts[:limit], names[limit-1]
	}
	return sent(http.StatusOK, page)
}

// account reads the account of a request. One exists once it has a fact or a token: so a new one is empty for who has its
// token, and one whose name was mistyped is not found.
func (s *Server) account(r *http.Request) (*meter.Account, error) {
	name := r.PathValue("account")
	a, err := report.Account(r.Context(), s.config.Store, s.config.Book, name)
	if err != nil || !recordOf(r).principal.admin() || len(a.Facts()) > 0 {
		return a, err
	}
	return a, s.hasToken(r.Context(), name)
}

func (s *Server) hasToken(ctx context.Context, account string) error {
	tokens, err := s.config.Store.Tokens(ctx, account)
	if err == nil && len(tokens) == 0 {
		err = &failure{http.StatusNotFound, client.NotFound, fmt.Sprintf("there is no account %q; give it credits or a token, or look at /v1/accounts", account)}
	}
	return err
}

// instant is a parameter that is an instant, or another one when it is not given.
func instant(r *http.Request, name string, otherwise meter.Instant) (meter.Instant, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	var at client.Instant
	if err := at.UnmarshalText([]byte(text)); err != nil {
		return 0, malformed(name + " is no instant; want one such as 2026-12-31T18:00:00Z, no finer than a millisecond")
	}
	if at < 0 {
		return 0, senseless(name + " is before 1970, when there was no meter")
	}
	return meter.Instant(at), nil
}
