package client

import (
	"context"
	"errors"
	"net/http"
)

// TokenRequest asks for a token.
type TokenRequest struct {
	Name string `json:"name"` // for people
}

// NewToken is a token that was made.
type NewToken struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token,omitempty"` // the secret, in the first answer alone
}

// Token is what is told about a token.
type Token struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Created Instant  `json:"created"`
	Revoked *Instant `json:"revoked,omitempty"` // since when it is refused
}

// TokenList is an account's tokens, by when they were made.
type TokenList struct {
	Tokens []Token `json:"tokens"`
}

// CreateToken makes a token for an account. Calls with the same key make one, and only the first answer has the secret; a
// key of "" is a new one. It needs an admin token.
func (c *Client) CreateToken(ctx context.Context, account, key string, token TokenRequest) (*NewToken, error) {
	path, err := accountPath(account, "tokens")
	if err != nil {
		return nil, err
	}
	return fetch[NewToken](ctx, c, request{method: http.MethodPost, path: path, key: keyOr(key), body: token})
}

// Tokens lists an account's tokens, without secrets. It needs an admin token.
func (c *Client) Tokens(ctx context.Context, account string) (*TokenList, error) {
	path, err := accountPath(account, "tokens")
	if err != nil {
		return nil, err
	}
	return fetch[TokenList](ctx, c, request{method: http.MethodGet, path: path})
}

// RevokeToken makes the meter refuse a token from now on; revoking it again is harmless. It needs an admin token.
func (c *Client) RevokeToken(ctx context.Context, account, id string) error {
	if id == "" {
		return errors.New("no token to revoke: its id is empty")
	}
	path, err := accountPath(account, "tokens", id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, request{method: http.MethodDelete, path: path, key: keyOr("")})
	return err
}
