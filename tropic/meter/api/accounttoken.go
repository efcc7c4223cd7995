package api

import (
	"crypto/rand"
	"net/http"

	"github.com/google/uuid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

func (s *Server) createToken(r *http.Request) (*answer, error) {
	want, err := decode[client.TokenRequest](bodyOf(r))
	if err != nil {
		return nil, err
	}
	secret, hash, err := NewToken(rand.Reader)
	if err != nil {
		return nil, err
	}
	t := store.Token{ID: uuid.NewString(), Account: r.PathValue("account"), Name: want.Name, Hash: hash}
	known, made, err := s.config.Store.CreateToken(r.Context(), r.Header.Get("Idempotency-Key"), t)
	if err != nil {
		return nil, err
	}
	out := client.NewToken{ID: known.ID, Name: known.Name}
	if !made {
		return sent(http.StatusOK, out)
	}
	out.Token = secret
	return sent(http.StatusCreated, out)
}

func (s *Server) tokens(r *http.Request) (*answer, error) {
	if _, err := s.account(r); err != nil {
		return nil, err
	}
	tokens, err := s.config.Store.Tokens(r.Context(), r.PathValue("account"))
	if err != nil {
		return nil, err
	}
	list := client.TokenList{Tokens: []client.Token{}}
	for _, t := range tokens {
		list.Tokens = append(list.Tokens, client.Token{ID: t.ID, Name: t.Name, Created: client.Instant(t.Created), Revoked: client.Maybe(t.Revoked)})
	}
	return sent(http.StatusOK, list)
}

func (s *Server) revokeToken(r *http.Request) (*answer, error) {
	found, err := s.config.Store.RevokeToken(r.Context(), r.PathValue("account"), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &failure{http.StatusNotFound, client.NotFound, "the account has no such token; its tokens are listed by GET"}
	}
	return &answer{status: http.StatusNoContent}, nil
}
