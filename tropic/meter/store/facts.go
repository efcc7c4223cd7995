package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// ErrDamaged is wrapped by the error about a row that is not what was written.
var ErrDamaged = errors.New("the store is damaged")

// Append adds facts, all or none, recorded by the database's clock, and tells how many are new. A fact whose key another
// fact has is refused with meter.ErrConflict, and one that says nothing valid with meter.ErrFact. The owner of the shard
// takes them into its ledger next (Pending).
func (s *Store) Append(ctx context.Context, facts ...meter.Fact) (added int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return 0, err
	}
	recorded := slices.Clone(facts)
	for i := range recorded {
		recorded[i].Recorded = now
		if err := recorded[i].Validate(s.book); err != nil {
			return 0, err
		}
	}
	err = s.within(ctx, fmt.Sprintf("add %d facts", len(facts)), func(tx *sql.Tx) error {
		added = 0
		for i := range recorded {
			fresh, err := insert(ctx, tx, &recorded[i])
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// insert adds one fact, or finds that it is there.
func insert(ctx context.Context, tx *sql.Tx, f *meter.Fact) (fresh bool, err error) {
	body, err := json.Marshal(f)
	if err != nil {
		return false, err
	}
	shard := int64(journal.ShardOf(f.Account))
	result, err := tx.ExecContext(ctx, `INSERT INTO fact (account, key, shard, kind, instance, effective, recorded, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account, key) DO NOTHING`,
		f.Account, f.Key, shard, string(f.Kind), f.Instance, int64(f.Effective), int64(f.Recorded), string(body))
	if err != nil {
		return false, fmt.Errorf("%s %q of account %q: %w", f.Kind, f.Key, f.Account, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, err
	}
	if n == 1 {
		_, err := tx.ExecContext(ctx, `INSERT INTO pending (shard, account, key) VALUES ($1, $2, $3)`, shard, f.Account, f.Key)
		return err == nil, err
	}
	known, err := scan(tx.QueryRowContext(ctx, oneFact, f.Account, f.Key).Scan)
	if err != nil {
		return false, err
	}
	if !known.Same(f) {
		return false, fmt.Errorf("%w: %q of account %q", meter.ErrConflict, f.Key, f.Account)
	}
	return false, nil
}

// Facts are all facts of an account, in no order.
func (s *Store) Facts(ctx context.Context, account string) ([]meter.Fact, error) {
	out, err := collect(ctx, s.db, scan, `SELECT account, key, effective, body FROM fact WHERE account = $1`, account)
	if err != nil {
		return nil, fmt.Errorf("read the facts of account %q: %w", account, err)
	}
	return out, nil
}

// Pending are facts of shards that the replica owns which are in no block yet, by shard and as they were recorded, no more
// than limit.
func (s *Store) Pending(ctx context.Context, owner string, limit int) ([]meter.Fact, error) {
	out, err := collect(ctx, s.db, scan, `SELECT f.account, f.key, f.effective, f.body FROM pending p
		JOIN fact f ON f.account = p.account AND f.key = p.key
		WHERE p.refused = '' AND EXISTS (SELECT 1 FROM shard_lease l WHERE l.shard = p.shard AND l.owner = $1) ORDER BY p.shard, f.recorded, f.account, f.key LIMIT $2`, owner, limit)
	if err != nil {
		return nil, fmt.Errorf("read the pending facts: %w", err)
	}
	return out, nil
}

// Refused are the facts that were recorded and cannot be in the ledger, with the reason.
func (s *Store) Refused(ctx context.Context) ([]Refusal, error) {
	out, err := collect(ctx, s.db, func(scan func(...any) error) (r Refusal, err error) {
		err = scan(&r.Account, &r.Key, &r.Reason)
		return r, err
	}, `SELECT account, key, refused FROM pending WHERE refused <> '' ORDER BY account, key`)
	if err != nil {
		return nil, fmt.Errorf("read the refused facts: %w", err)
	}
	return out, nil
}

// Fact is the fact of an account that has a key, nil if there is none.
func (s *Store) Fact(ctx context.Context, account, key string) (*meter.Fact, error) {
	f, err := scan(s.db.QueryRowContext(ctx, oneFact, account, key).Scan)
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
func (s *Store) Accounts(ctx context.Context, after string, limit int) ([]string, error) {
	out, err := collect(ctx, s.db, func(scan func(...any) error) (account string, err error) {
		err = scan(&account)
		return account, err
	}, `SELECT DISTINCT account FROM fact WHERE account > $1 ORDER BY account LIMIT $2`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return out, nil
}

// scan reads a row, whose columns must agree with the fact in it.
func scan(row func(...any) error) (meter.Fact, error) {
	var account, key, body string
	var effective int64
	var f meter.Fact
	if err := row(&account, &key, &effective, &body); err != nil {
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
