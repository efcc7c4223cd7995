package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const replayHelp = `Replay proves the ledger. Each shard of accounts has a chain of blocks, each bound to the one before by its hash. Replay reads
a chain from its first fact, works every line out anew and compares it with what is there, bit for bit; and it checks that every
recorded fact is in its chain, unless it waits or was refused, and the other way round. It changes nothing. The exit code is 1
when anything differs.

Whoever can write to the store can remove a chain's last blocks. Keep heads elsewhere to find that: replay prints each as
SHARD:BLOCKS:HASH, and takes them back by --head, also when the chain has grown since.

  tropic meter replay                          all shards
  tropic meter replay alice                    the shard that has alice's account
  tropic meter replay --shard 17 --head 17:2041:9f86d081884c7d65…`

// errReplay is about a ledger that is not what its facts say.
var errReplay = errors.New("the ledger is not what was recorded")

func (m *meterCommands) newReplay() *cobra.Command {
	var r replayFlags
	cmd := &cobra.Command{
		Use:   "replay [ACCOUNT]",
		Short: "Prove every line ever charged: work it out anew from the first fact",
		Long:  replayHelp,
		Args:  usage(cobra.MaximumNArgs(1)),
	}
	run := m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
		return m.replay(ctx, s, r, args)
	}, store.ReadOnly())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.check(args); err != nil {
			return &usageError{err}
		}
		return run(cmd, args)
	}
	flags := cmd.Flags()
	flags.IntVar(&r.shard, "shard", -1, "one shard, from 0 to "+strconv.Itoa(journal.Shards-1))
	flags.BoolVar(&r.all, "all", false, "all shards, as without an account and --shard")
	flags.StringSliceVar(&r.heads, "head", nil, "SHARD:BLOCKS:HASH of a chain, as replay printed it before; may be given several times")
	return cmd
}

// replay replays the shards that are asked for, and prints what it found.
func (m *meterCommands) replay(ctx context.Context, s *store.Store, r replayFlags, args []string) error {
	byShard, err := accountsByShard(ctx, s)
	if err != nil {
		return err
	}
	shards, err := r.shards(ctx, s, byShard, args)
	if errors.Is(err, errUnknownAccount) {
		return m.unknown(ctx, s, args[0])
	}
	if err != nil {
		return err
	}
	done := m.app.during("Replaying")
	var found []shardReplay
	wrong := 0
	for _, shard := range shards {
		one := replayer{store: s, book: m.book, shard: shard, accounts: byShard[shard], heads: r.kept[shard]}.run(ctx)
		if ctx.Err() != nil {
			done()
			return ctx.Err()
		}
		if !one.OK {
			wrong++
		}
		found = append(found, one)
	}
	done()
	if err := m.printReplay(found); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%w: %d of %d shards differ", errReplay, wrong, len(found))
	}
	return nil
}

func (m *meterCommands) printReplay(found []shardReplay) error {
	rows := [][]string{{"SHARD", "BLOCKS", "FACTS", "LINES", "LAST TICK", "HEAD", ""}}
	for _, r := range found {
		verdict := "OK"
		if !r.OK {
			verdict = fmt.Sprintf("%d DIFFER", len(r.Differences))
		}
		rows = append(rows, []string{
			strconv.Itoa(int(r.Shard)), strconv.FormatUint(r.Blocks, 10), strconv.Itoa(r.Facts), strconv.Itoa(r.Lines), instantOr(r.LastTick, "-"), r.Head, verdict,
		})
	}
	if err := printList(m.app, found, rows); err != nil || m.app.json {
		return err
	}
	for _, r := range found {
		for _, d := range r.Differences {
			if _, err := fmt.Fprintf(m.app.stdout, "shard %d: %s\n", r.Shard, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// accountsByShard are all accounts that have facts.
func accountsByShard(ctx context.Context, s *store.Store) (map[uint32][]string, error) {
	out := map[uint32][]string{}
	const page = 1000
	for after := ""; ; {
		names, err := s.Accounts(ctx, after, page)
		if err != nil {
			return nil, fmt.Errorf("the store cannot be read; if it is damaged, restore it from a backup and replay that: %w", err)
		}
		for _, name := range names {
			out[journal.ShardOf(name)] = append(out[journal.ShardOf(name)], name)
		}
		if len(names) < page {
			return out, nil
		}
		after = names[len(names)-1]
	}
}

// shardReplay is what was found in a shard.
type shardReplay struct {
	Shard       uint32        `json:"shard"`
	OK          bool          `json:"ok"`
	Blocks      uint64        `json:"blocks"`
	Facts       int           `json:"facts"`
	Lines       int           `json:"lines"`
	LastTick    meter.Instant `json:"last_tick,omitempty"`
	Head        string        `json:"head"` // SHARD:BLOCKS:HASH
	Differences []string      `json:"differences,omitempty"`
}
