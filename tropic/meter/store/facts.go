package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// ErrDamaged is wrapped by the error about a row that is not what was written.
var ErrDamaged = errors.New("the store is damaged")

// Append adds facts, all or none, recorded by the database's clock, and tells how many are new. A fact whose key another
// fact has is refused with meter.ErrConflict, and one that says nothing valid with meter.ErrFact.
func (s *Store) Append(ctx context.Context, facts ...meter.Fact) (added int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return 0, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("begin to add facts: %w", err)
	}
	defer func() { err = errors.Join(err, ended(tx.Rollback())) }()
	for i := range facts {
		f := facts[i]
		f.Recorded = now
		if err := f.Validate(s.book); err != nil {
			return 0, err
		}
		fresh, err := insert(ctx, tx, &f)
		if err != nil {
			return 0, err
		}
		if fresh {
			added++
		}
	}
	if err := tx.Commit(); err != nil {
		return 0, fmt.Errorf("add %d facts: %w", len(facts), err)
	}
	return added, nil
}

// insert adds one fact, or finds that it is there.
func insert(ctx context.Context, tx *sql.Tx, f *meter.Fact) (fresh bool, err error) {
	body, err := json.Marshal(f)
	if err != nil {
		return false, err
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO fact (account, key, kind, instance, effective, recorded, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, key) DO NOTHING`,
		f.Account, f.Key, string(f.Kind), f.Instance, int64(f.Effective), int64(f.Recorded), string(body))
	if err != nil {
		return false, fmt.Errorf("add %s %q of account %q: %w", f.Kind, f.Key, f.Account, err)
	}
	n, err := result.RowsAffected()
	if err != nil || n == 1 {
		return n == 1, err
	}
	known, err := scan(tx.QueryRowContext(ctx, oneFact, f.Account, f.Key))
	if err != nil {
		return false, err
	}
	if !known.Same(f) {
		return false, fmt.Errorf("%w: %q of account %q", meter.ErrConflict, f.Key, f.Account)
	}
	return false, nil
}

// Facts are all facts of an account, in no order.
func (s *Store) Facts(ctx context.Context, account string) (facts []meter.Fact, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT account, key, effective, body FROM fact WHERE account = $1`, account)
	if err != nil {
		return nil, fmt.Errorf("read the facts of account %q: %w", account, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		f, err := scan(rows)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	return facts, rows.Err()
}

// Fact is the fact of an account that has a key, nil if there is none.
func (s *Store) Fact(ctx context.Context, account, key string) (*meter.Fact, error) {
	f, err := scan(s.db.QueryRowContext(ctx, oneFact, account, key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there being none is no error
	}
	if err != nil {
		return nil, err
	}
	return &f, nil
}

const oneFact = `SELECT account, key, effective, body FROM fact WHERE account = $1 AND key = $2`

// Accounts are the accounts that have facts, by name, after one of them and no more than limit.
func (s *Store) Accounts(ctx context.Context, after string, limit int) (accounts []string, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT DISTINCT account FROM fact WHERE account > $1 ORDER BY account LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var account string
		if err := rows.Scan(&account); err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		accounts = append(accounts, account)
	}
	return accounts, rows.Err()
}

// scan reads a row, whose columns must agree with the fact in it.
func scan(row interface{ Scan(...any) error }) (meter.Fact, error) {
	var account, key, body string
	var effective int64
	var f meter.Fact
	if err := row.Scan(&account, &key, &effective, &body); err != nil {
		return f, fmt.Errorf("read a fact: %w", err)
	}
	if err := json.Unmarshal([]byte(body), &f); err != nil {
		return f, fmt.Errorf("%w: fact %q of account %q: %w", ErrDamaged, key, account, err)
	}
	if f.Account != account || f.Key != key || int64(f.Effective) != effective {
		return f, fmt.Errorf("%w: fact %q of account %q says that it is %q of %q", ErrDamaged, key, account, f.Key, f.Account)
	}
	return f, nil
}

// ended is a rollback's error, but for that of a transaction that was committed.
func ended(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
