package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// replayFlags say what is replayed.
type replayFlags struct {
	shard int
	all   bool
	heads []string
	kept  map[uint32][]journal.Head // what heads say
}

func (r *replayFlags) check(args []string) error {
	wanted := len(args)
	if r.shard != -1 {
		wanted++
	}
	if r.all {
		wanted++
	}
	if wanted > 1 {
		return errors.New("give an account, --shard or --all, not several of them")
	}
	if r.shard < -1 || r.shard >= journal.Shards {
		return fmt.Errorf("--shard %d: there are shards 0 to %d", r.shard, journal.Shards-1)
	}
	r.kept = map[uint32][]journal.Head{}
	for _, text := range r.heads {
		h, err := parseHead(text)
		if err != nil {
			return err
		}
		r.kept[h.Shard] = append(r.kept[h.Shard], h)
	}
	return nil
}

// parseHead reads SHARD:BLOCKS:HASH.
func parseHead(text string) (journal.Head, error) {
	parts := strings.Split(text, ":")
	bad := fmt.Errorf("--head %q is no SHARD:BLOCKS:HASH as replay prints it", text)
	if len(parts) != 3 {
		return journal.Head{}, bad
	}
	shard, err1 := strconv.ParseUint(parts[0], 10, 32)
	blocks, err2 := strconv.ParseUint(parts[1], 10, 64)
	hash, err3 := hex.DecodeString(parts[2])
	h := journal.Head{Shard: uint32(shard), Blocks: blocks}
	if errors.Join(err1, err2, err3) != nil || shard >= journal.Shards || len(hash) != len(h.Hash) {
		return journal.Head{}, bad
	}
	copy(h.Hash[:], hash)
	return h, nil
}

// headText is the other side of parseHead.
func headText(h journal.Head) string { return fmt.Sprintf("%d:%d:%s", h.Shard, h.Blocks, h.Hash) }

// shards are those to be replayed: all that have blocks, facts or a head that was kept.
func (r *replayFlags) shards(ctx context.Context, s *store.Store, accounts map[uint32][]string, args []string) ([]uint32, error) {
	switch {
	case r.shard >= 0:
		return []uint32{uint32(r.shard)}, nil //nolint:gosec // checked
	case len(args) == 1:
		shard := journal.ShardOf(args[0])
		if !slices.Contains(accounts[shard], args[0]) {
			return nil, errUnknownAccount
		}
		return []uint32{shard}, nil
	}
	chains, err := s.Chains(ctx)
	if err != nil {
		return nil, err
	}
	chains = slices.AppendSeq(chains, maps.Keys(accounts))
	chains = slices.AppendSeq(chains, maps.Keys(r.kept))
	slices.Sort(chains)
	return slices.Compact(chains), nil
}
