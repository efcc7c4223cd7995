package store

import (
	"context"
	"fmt"
)

// Unlearned are the facts of a shard that were recorded and are in no block, with the reason for those that were refused and
// "" for those that are to be learnt.
func (s *Store) Unlearned(ctx context.Context, shard uint32) (map[FactID]string, error) {
	list, err := collect(ctx, s.db, func(scan func(...any) error) (r Refusal, err error) {
		err = scan(&r.Account, &r.Key, &r.Reason)
		return r, err
	}, `SELECT account, key, refused FROM pending WHERE shard = $1`, int64(shard))
	if err != nil {
		return nil, fmt.Errorf("read the facts of shard %d that are in no block: %w", shard, err)
	}
	out := make(map[FactID]string, len(list))
	for _, r := range list {
		out[r.FactID] = r.Reason
	}
	return out, nil
}
