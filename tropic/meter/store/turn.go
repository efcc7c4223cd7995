package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// Turn is what the owner of a shard writes at once: all of it, or nothing.
type Turn struct {
	Lease   Lease
	Blocks  []journal.Block // that follow on the last of the shard
	Learned []FactID        // pending facts that are in the blocks
	Refused []Refusal       // pending facts that never will be
	Add     []Intent        // cancelled ones are opened again, others that are there stay; Commit sets how each stands
	Change  []Change
}

// FactID is which fact.
type FactID struct{ Account, Key string }

// Refusal is why a fact that was recorded cannot be in the ledger.
type Refusal struct {
	FactID

	Reason string
}

// Commit writes turns of shards that the replica owns, all of them or none. The error wraps ErrFenced when it does not own
// one of them any more.
func (s *Store) Commit(ctx context.Context, owner string, turns ...Turn) error {
	leases := make([]Lease, len(turns))
	for i := range turns {
		leases[i] = turns[i].Lease
	}
	return s.within(ctx, fmt.Sprintf("write the turns of %d shards", len(turns)), func(tx *sql.Tx) error {
		if err := fence(ctx, tx, owner, leases); err != nil {
			return err
		}
		if err := insertBlocks(ctx, tx, turns); err != nil {
			return err
		}
		for i := range turns {
			if err := turns[i].write(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Turn) write(ctx context.Context, tx *sql.Tx) error {
	shard := int64(t.Lease.Shard)
	for _, f := range t.Learned {
		if _, err := tx.ExecContext(ctx, `DELETE FROM pending WHERE shard = $1 AND account = $2 AND key = $3`, shard, f.Account, f.Key); err != nil {
			return fmt.Errorf("fact %q of account %q: %w", f.Key, f.Account, err)
		}
	}
	for _, r := range t.Refused {
		if _, err := tx.ExecContext(ctx, `UPDATE pending SET refused = $4 WHERE shard = $1 AND account = $2 AND key = $3`, shard, r.Account, r.Key, r.Reason); err != nil {
			return fmt.Errorf("fact %q of account %q: %w", r.Key, r.Account, err)
		}
	}
	for i := range t.Add {
		if err := t.Add[i].insert(ctx, tx, shard); err != nil {
			return err
		}
	}
	for i := range t.Change {
		if err := t.Change[i].write(ctx, tx, shard); err != nil {
			return err
		}
	}
	return nil
}

// insertBlocks writes the blocks of all turns, many in one statement.
func insertBlocks(ctx context.Context, tx *sql.Tx, turns []Turn) error {
	const width = 5
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO block (shard, sequence, tick, hash, body) VALUES `+tuples(1, len(args)/width, width, plain), args...) //nolint:gosec // parameters only
		args = args[:0]
		return err
	}
	for i := range turns {
		for j := range turns[i].Blocks {
			b := &turns[i].Blocks[j]
			args = append(args, int64(b.Shard), int64(b.Sequence), int64(b.Tick), b.Hash[:], b.Bytes) //nolint:gosec // far below 2^63
			if len(args) == chunk*width {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}
