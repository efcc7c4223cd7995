package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Lease is a shard that a replica owns. The epoch fences: it rises with each claim, and what is written with an earlier one
// is refused.
type Lease struct {
	Shard uint32
	Epoch int64
}

// ErrFenced is wrapped by the error about a write of a replica that does not own the shard any more.
var ErrFenced = errors.New("the shard belongs to another replica by now")

// forgotten is how long a replica that has gone stays known, for people to see.
const forgotten = time.Hour

// Heartbeat says that a replica serves for some time to come, and returns the shards that it owns and how many replicas
// there are. Who misses it for that long may lose its shards to others. Time is the database's.
func (s *Store) Heartbeat(ctx context.Context, owner string, ttl time.Duration) (owned []Lease, replicas int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, 0, err
	}
	err = s.within(ctx, "keep the lease of the replica", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM replica WHERE until < $1`, int64(now.Add(-forgotten))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO replica (owner, until) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET until = excluded.until`,
			owner, int64(now.Add(ttl))); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM replica WHERE until > $1`, int64(now)).Scan(&replicas); err != nil {
			return err
		}
		owned, err = collect(ctx, tx, scanLease, `SELECT shard, epoch FROM shard_lease WHERE owner = $1 ORDER BY shard`, owner)
		return err
	})
	return owned, replicas, err
}

// Claim takes over up to n shards that no living replica owns, any of them: replicas that claim at once seldom choose the
// same. One that does gets fewer.
func (s *Store) Claim(ctx context.Context, owner string, n int) (claimed []Lease, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	// Two replicas that choose the same shard both find its epoch; the one that is later does not find it any more.
	const claim = `UPDATE shard_lease SET owner = $1, epoch = shard_lease.epoch + 1
		FROM (SELECT l.shard, l.epoch FROM shard_lease l LEFT JOIN replica r ON r.owner = l.owner AND r.until > $2
			WHERE r.owner IS NULL ORDER BY RANDOM() LIMIT $3) AS free
		WHERE shard_lease.shard = free.shard AND shard_lease.epoch = free.epoch
		RETURNING shard_lease.shard, shard_lease.epoch`
	err = s.within(ctx, "claim shards", func(tx *sql.Tx) error {
		claimed, err = collect(ctx, tx, scanLease, claim, owner, int64(now), n)
		return err
	})
	return claimed, err
}

// Release gives shards back, so that others need not wait. Those that are not owned any more are left as they are.
func (s *Store) Release(ctx context.Context, owner string, leases ...Lease) error {
	return s.within(ctx, "release shards", func(tx *sql.Tx) error {
		for len(leases) > 0 {
			part := leases[:min(chunk, len(leases))]
			leases = leases[len(part):]
			if _, err := tx.ExecContext(ctx, `UPDATE shard_lease SET owner = '' WHERE owner = $1 AND (shard, epoch) IN (VALUES `+tuples(2, len(part), 2, bigint)+`)`, //nolint:gosec // parameters only
				fenceArgs(owner, part)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Leave says that a replica does not serve any more.
func (s *Store) Leave(ctx context.Context, owner string) error {
	return s.within(ctx, "leave", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE shard_lease SET owner = '' WHERE owner = $1`, owner); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM replica WHERE owner = $1`, owner)
		return err
	})
}

// fence holds the leases for the transaction, or fails with ErrFenced: an update locks the rows, so that whoever claims one
// waits for the transaction's end.
func fence(ctx context.Context, tx *sql.Tx, owner string, leases []Lease) error {
	for len(leases) > 0 {
		part := leases[:min(chunk, len(leases))]
		leases = leases[len(part):]
		result, err := tx.ExecContext(ctx, `UPDATE shard_lease SET owner = owner WHERE owner = $1 AND (shard, epoch) IN (VALUES `+tuples(2, len(part), 2, bigint)+`)`, //nolint:gosec // parameters only
			fenceArgs(owner, part)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n != int64(len(part)) {
			return fmt.Errorf("%w: replica %s holds %d of %d", ErrFenced, owner, n, len(part))
		}
	}
	return nil
}

func fenceArgs(owner string, leases []Lease) []any {
	args := make([]any, 1, 1+2*len(leases))
	args[0] = owner
	for _, l := range leases {
		args = append(args, int64(l.Shard), l.Epoch)
	}
	return args
}

func scanLease(scan func(...any) error) (Lease, error) {
	var l Lease
	err := scan(&l.Shard, &l.Epoch)
	return l, err
}
