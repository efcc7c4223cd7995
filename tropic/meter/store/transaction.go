package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// attempts is how often a transaction is tried that the engine gave up for the sake of another.
const attempts = 8

// within does something in a transaction, which is committed when it succeeds. PostgreSQL-compatible engines may ask for it
// to be tried again (40001 serialization failure, 40P01 deadlock), so it must be able to run several times.
func (s *Store) within(ctx context.Context, what string, do func(tx *sql.Tx) error) error {
	var err error
	for range attempts {
		if err = s.once(ctx, do); !again(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (s *Store) once(ctx context.Context, do func(tx *sql.Tx) error) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ended(tx.Rollback())) }()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func again(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// ended is a rollback's error, but for that of a transaction that is over.
func ended(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
