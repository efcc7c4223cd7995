package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Ledger is the ledger of a shard, to go on from: built from its blocks of facts (journal.Resume).
func (s *Store) Ledger(ctx context.Context, shard uint32, book *pricebook.Book) (*journal.Ledger, error) {
	head := journal.Head{Shard: shard}
	var hash []byte
	var last int64
	err := s.db.QueryRowContext(ctx, `SELECT sequence, hash FROM block WHERE shard = $1 ORDER BY sequence DESC LIMIT 1`, int64(shard)).Scan(&last, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.NewLedger(shard, book), nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the end of the chain of shard %d: %w", shard, err)
	}
	head.Blocks = uint64(last) + 1 //nolint:gosec // not negative
	copy(head.Hash[:], hash)
	var posted int64
	err = s.db.QueryRowContext(ctx, `SELECT sequence, tick FROM block WHERE shard = $1 AND tick > 0 ORDER BY tick DESC LIMIT 1`, int64(shard)).Scan(&posted, &head.Tick)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("find the last tick of shard %d: %w", shard, err)
	}
	return journal.Resume(head, uint64(posted), book, s.blocks(ctx, `SELECT sequence, tick, hash, body FROM block WHERE shard = $1 AND tick = 0 ORDER BY sequence`, shard)) //nolint:gosec // not negative
}

// Blocks are all blocks of a shard, in order. After the first error there are no more. The store must not be asked for
// anything else meanwhile when it is in memory.
func (s *Store) Blocks(ctx context.Context, shard uint32) iter.Seq2[journal.Block, error] {
	return s.blocks(ctx, `SELECT sequence, tick, hash, body FROM block WHERE shard = $1 ORDER BY sequence`, shard)
}

func (s *Store) blocks(ctx context.Context, query string, shard uint32) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		rows, err := s.db.QueryContext(ctx, query, int64(shard))
		if err != nil {
			yield(journal.Block{}, fmt.Errorf("read the chain of shard %d: %w", shard, err))
			return
		}
		defer rows.Close() //nolint:errcheck // Err says it
		for rows.Next() {
			b, err := scanBlock(rows.Scan, shard)
			if !yield(b, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(journal.Block{}, fmt.Errorf("read the chain of shard %d: %w", shard, err))
		}
	}
}

// scanBlock reads a row, whose columns must agree with the block in it.
func scanBlock(scan func(...any) error, shard uint32) (b journal.Block, err error) {
	var sequence, tick int64
	var hash, body []byte
	if err := scan(&sequence, &tick, &hash, &body); err != nil {
		return b, fmt.Errorf("read a block of shard %d: %w", shard, err)
	}
	if b, err = journal.Decode(body); err != nil {
		return b, fmt.Errorf("%w: block %d of shard %d: %w", ErrDamaged, sequence, shard, err)
	}
	if int64(b.Sequence) != sequence || int64(b.Tick) != tick || !bytes.Equal(b.Hash[:], hash) || b.Shard != shard { //nolint:gosec // far below 2^63
		return b, fmt.Errorf("%w: block %d of shard %d, tick %d, hash %x says that it is block %d of shard %d, tick %d, hash %s",
			ErrDamaged, sequence, shard, tick, hash, b.Sequence, b.Shard, int64(b.Tick), b.Hash)
	}
	return b, nil
}

// Chains are the shards that have blocks.
func (s *Store) Chains(ctx context.Context) ([]uint32, error) {
	out, err := collect(ctx, s.db, func(scan func(...any) error) (shard uint32, err error) {
		err = scan(&shard)
		return shard, err
	}, `SELECT DISTINCT shard FROM block ORDER BY shard`)
	if err != nil {
		return nil, fmt.Errorf("list the chains: %w", err)
	}
	return out, nil
}
