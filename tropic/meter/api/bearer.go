package api

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// principal is who calls.
type principal struct {
	id      string // of the token; "" is the admin token of the config
	account string // "" may do everything
}

func (p *principal) admin() bool { return p != nil && p.account == "" }

// String says who calls, for the log.
func (p *principal) String() string {
	switch {
	case p == nil:
		return "none"
	case p.id == "":
		return "admin"
	default:
		return "token " + p.id
	}
}

var errForbidden = &failure{http.StatusForbidden, client.Forbidden, "this token may not do that; it is for one account alone, and what others have needs an admin token"}

// authenticate finds out who calls, and lets pass who may use the route.
func (s *Server) authenticate(need access) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			record := recordOf(r)
			if need == anyone || need == scraper && s.config.AllowUnauthenticatedMetrics {
				if wait := s.limits.address(address(r)); wait > 0 {
					s.held(w, r, wait)
					return
				}
				next.ServeHTTP(w, r)
				return
			}
			if record.principal = s.principal(w, r); record.principal == nil {
				return
			}
			account := r.PathValue("account")
			if !record.principal.admin() && (need != ownerOnly || account != record.principal.account) {
				s.fail(w, r, errForbidden) // whether or not there is such an account
				return
			}
			if strings.Contains(r.Pattern, "{account}") {
				if err := client.CheckAccount(account); err != nil {
					s.fail(w, r, malformed("the account's name is none: it has 1 to 128 bytes of UTF-8, no slash and no control character"))
					return
				}
			}
			record.account = account
			next.ServeHTTP(w, r)
		})
	}
}

// principal is who has the token of a request. When it is nil the request is answered.
func (s *Server) principal(w http.ResponseWriter, r *http.Request) *principal {
	token, sent := bearer(r)
	hash := HashToken(token)
	if !sent || !s.limits.known(hash) {
		if wait := s.limits.address(address(r)); wait > 0 {
			s.held(w, r, wait)
			return nil
		}
	}
	var found *principal
	if sent {
		var err error
		if found, err = s.holder(r.Context(), hash); err != nil {
			s.fail(w, r, err)
			return nil
		}
	}
	if found == nil {
		s.limits.forget(hash)
		s.fail(w, r, &failure{http.StatusUnauthorized, client.Unauthenticated, "this needs a token that is known and not revoked, as the header Authorization: Bearer tropic_…"})
		return nil
	}
	if wait := s.limits.token(hash); wait > 0 {
		s.held(w, r, wait)
		return nil
	}
	return found
}

// bearer is the token that was sent.
func bearer(r *http.Request) (token string, sent bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != "" && len(token) <= maxToken
}

// holder is who has a token with a hash, nil if nobody has.
func (s *Server) holder(ctx context.Context, hash string) (*principal, error) {
	if equal(hash, s.config.AdminTokenHash) {
		return &principal{}, nil
	}
	t, err := s.config.Store.TokenByHash(ctx, hash)
	if err != nil || t == nil || t.Revoked != 0 || !equal(hash, t.Hash) {
		return nil, err
	}
	return &principal{t.ID, t.Account}, nil
}

// equal compares hashes in a time that does not tell where they differ.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
