package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Token is what is known of a token of the API. The secret is not: only its hash is kept.
type Token struct {
	ID      string
	Account string // whose calls it may make; "" may make all
	Name    string // for people
	Hash    string // SHA-256 of the secret, hexadecimal
	Created meter.Instant
	Revoked meter.Instant // 0 while it is good
}

// ErrTokenConflict is wrapped by the error about a token that was asked for by the key of another request.
var ErrTokenConflict = errors.New("another token was made by this key")

// CreateToken keeps a token, created by the database's clock. The key says which request asks: when it made a token of the
// account before, that one is returned and made is false, whatever hash was given; one of another name is ErrTokenConflict.
func (s *Store) CreateToken(ctx context.Context, key string, t Token) (token Token, made bool, err error) {
	if t.Created, err = s.Now(ctx); err != nil {
		return t, false, err
	}
	t.Revoked = 0
	result, err := s.db.ExecContext(ctx, `INSERT INTO token (id, account, name, hash, created, revoked, idempotency)
		VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (account, idempotency) DO NOTHING`,
		t.ID, t.Account, t.Name, t.Hash, int64(t.Created), key)
	if err != nil {
		return t, false, fmt.Errorf("keep token %q of account %q: %w", t.ID, t.Account, err)
	}
	n, err := result.RowsAffected()
	if err != nil || n == 1 {
		return t, n == 1, err
	}
	known, err := scanToken(s.db.QueryRowContext(ctx, tokenColumns+` WHERE account = $1 AND idempotency = $2`, t.Account, key))
	if err == nil && known.Name != t.Name {
		err = fmt.Errorf("%w: it is called %q", ErrTokenConflict, known.Name)
	}
	return known, false, err
}

// TokenByHash is the token whose secret has a hash, nil if there is none. It may be revoked.
func (s *Store) TokenByHash(ctx context.Context, hash string) (*Token, error) {
	t, err := scanToken(s.db.QueryRowContext(ctx, tokenColumns+` WHERE hash = $1`, hash))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there being none is no error
	}
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// Tokens are the tokens of an account, "" for admin tokens, by when they were made.
func (s *Store) Tokens(ctx context.Context, account string) (tokens []Token, err error) {
	rows, err := s.db.QueryContext(ctx, tokenColumns+` WHERE account = $1 ORDER BY created, id`, account)
	if err != nil {
		return nil, fmt.Errorf("list the tokens of account %q: %w", account, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, rows.Err()
}

// RevokeToken revokes a token of an account, by the database's clock, and tells whether there is such a token. One that is
// revoked stays so since when it was.
func (s *Store) RevokeToken(ctx context.Context, account, id string) (found bool, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return false, err
	}
	result, err := s.db.ExecContext(ctx, `UPDATE token SET revoked = CASE WHEN revoked = 0 THEN $1 ELSE revoked END
		WHERE account = $2 AND id = $3`, int64(now), account, id)
	if err != nil {
		return false, fmt.Errorf("revoke token %q of account %q: %w", id, account, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

const tokenColumns = `SELECT id, account, name, hash, created, revoked FROM token`

func scanToken(row interface{ Scan(...any) error }) (Token, error) {
	var t Token
	if err := row.Scan(&t.ID, &t.Account, &t.Name, &t.Hash, &t.Created, &t.Revoked); err != nil {
		return t, fmt.Errorf("read a token: %w", err)
	}
	return t, nil
}
