package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// ledgerFile is a SQLite file with alice's machine, three ticks, a fact that waits and one that was refused.
func ledgerFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "meter.db")
	begin := meter.At(time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
	s, err := store.Open(t.Context(), "sqlite:"+path, pricebook.Published(), store.WithClock(func() time.Time { return begin.Time() }))
	must(t, err)
	_, _, err = s.Heartbeat(t.Context(), "test", time.Hour)
	must(t, err)
	leases, err := s.Claim(t.Context(), "test", journal.Shards)
	must(t, err)
	start := func(key, account, instance string) meter.Fact {
		return meter.Fact{Key: key, Kind: meter.Start, Account: account, Instance: instance, Effective: begin, InstanceType: "t3.micro"}
	}
	facts := []meter.Fact{start("s", "alice", "i-1"), {Key: "g", Kind: meter.Grant, Account: "alice", Effective: begin, Amount: pricebook.Credit}}
	_, err = s.Append(t.Context(), facts...)
	must(t, err)
	facts, err = s.Facts(t.Context(), "alice")
	must(t, err)
	shard := journal.ShardOf("alice")
	ledger := journal.NewLedger(shard, pricebook.Published())
	turn := store.Turn{Lease: leases[shard]}
	add := func(b journal.Block, _ bool, err error) {
		must(t, err)
		turn.Blocks = append(turn.Blocks, b)
	}
	add(ledger.Learn(facts...))
	for n := range 3 {
		add(ledger.Post(begin + meter.Instant(n+1)*journal.Interval))
	}
	_, err = s.Append(t.Context(), start("later", "alice", "i-2"), start("never", "alice", "i-3"))
	must(t, err)
	for _, f := range facts {
		turn.Learned = append(turn.Learned, store.FactID{Account: f.Account, Key: f.Key})
	}
	turn.Refused = []store.Refusal{{FactID: store.FactID{Account: "alice", Key: "never"}, Reason: "a test"}}
	must(t, s.Commit(t.Context(), "test", turn))
	must(t, s.Close())
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A ledger that nobody touched is replayed to the head that it had, and the file stays as it is.
func TestReplayProvesALedger(t *testing.T) {
	t.Parallel()
	path := ledgerFile(t)
	before, err := os.ReadFile(path)
	must(t, err)
	shard := journal.ShardOf("alice")
	for _, args := range [][]string{{"alice"}, {"--all"}, {}, {"--shard", fmt.Sprint(shard)}} {
		out, errs, code := call(t, "", append([]string{"meter", "replay", "--json", "--store", "sqlite:" + path}, args...)...)
		var found []shardReplay
		must(t, json.Unmarshal([]byte(out), &found))
		if code != 0 || len(found) != 1 || !found[0].OK || found[0].Shard != shard || found[0].Blocks != 4 || found[0].Facts != 2 || found[0].Lines != 3 {
			t.Errorf("%q: exit %d, %s %s", args, code, out, errs)
		}
		if out, errs, code = call(t, "", "meter", "replay", "--store", "sqlite:"+path, "--head", found[0].Head); code != 0 || !strings.Contains(out, "OK") {
			t.Errorf("with its own head: exit %d, %s %s", code, out, errs)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Error("the file was changed", err)
	}
}

// Whatever is done to a file is found, said, and left as it is.
func TestReplayFindsDamage(t *testing.T) {
	t.Parallel()
	shard := journal.ShardOf("alice")
	edit := func(statements ...string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			t.Helper()
			db, err := sql.Open("sqlite", path)
			must(t, err)
			for _, s := range append([]string{"DROP TRIGGER block_not_updated", "DROP TRIGGER block_not_deleted", "DROP TRIGGER fact_not_updated", "DROP TRIGGER fact_not_deleted"}, statements...) {
				_, err := db.ExecContext(t.Context(), s)
				must(t, err)
			}
			must(t, db.Close())
		}
	}
	cut := func(size int64) func(t *testing.T, path string) {
		return func(t *testing.T, path string) { t.Helper(); must(t, os.Truncate(path, size)) }
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, path string)
		want   string
	}{
		"a byte of a line":      {edit(`UPDATE block SET body = CAST(substr(body, 1, 45) || x'00' || substr(body, 47) AS BLOB) WHERE sequence = 2`), "the hash does not fit the bytes"},
		"a block cut":           {edit(`UPDATE block SET body = substr(body, 1, 60) WHERE sequence = 1`), "the block ends too early"},
		"a block removed":       {edit(`DELETE FROM block WHERE sequence = 1`), "a block is missing, repeated or out of order"},
		"a tick's column":       {edit(`UPDATE block SET tick = tick + 300000 WHERE sequence = 3`), "the store is damaged"},
		"the last block":        {edit(`DELETE FROM block WHERE sequence = 3`), "its end is missing"},
		"all blocks":            {edit(`DELETE FROM block`), `neither in the chain nor waiting`},
		"a fact's amount":       {edit(`UPDATE fact SET body = replace(body, '3600000000', '7200000000') WHERE key = 'g'`), `fact "g" of account "alice" is recorded otherwise`},
		"a fact's text":         {edit(`UPDATE fact SET body = '{' WHERE key = 'g'`), "the store is damaged"},
		"a fact removed":        {edit(`DELETE FROM fact WHERE key = 'g'`), `fact "g" of account "alice" is in the chain, and not recorded`},
		"what waits forgotten":  {edit(`DELETE FROM pending`), `fact "later" of account "alice" is recorded, and neither`},
		"a file without tables": {cut(0), "no such table"},
		"half a file":           {cut(20_000), "malformed"},
		"no database": {func(t *testing.T, path string) {
			t.Helper()
			must(t, os.WriteFile(path, []byte("no database at all, but text"), 0o600))
		}, "not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := ledgerFile(t)
			out, _, _ := call(t, "", "meter", "replay", "alice", "--json", "--store", "sqlite:"+path)
			var found []shardReplay
			must(t, json.Unmarshal([]byte(out), &found))
			c.damage(t, path)
			before, err := os.ReadFile(path)
			must(t, err)
			out, errs, code := call(t, "", "meter", "replay", "--shard", fmt.Sprint(shard), "--head", found[0].Head, "--store", "sqlite:"+path)
			if code != exitFailed || !strings.Contains(out+errs, c.want) {
				t.Errorf("exit %d, %s%s; want %q", code, out, errs, c.want)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
				t.Error("the file was changed", err)
			}
		})
	}
}

// A line that was forged together with all hashes after it is found by replay alone.
func TestReplayFindsAForgedLine(t *testing.T) {
	t.Parallel()
	path := ledgerFile(t)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	var body []byte
	must(t, db.QueryRowContext(t.Context(), `SELECT body FROM block WHERE sequence = 3`).Scan(&body))
	b, err := journal.Decode(body)
	must(t, err)
	b.Lines[0].Amount--
	b, err = journal.Seal(journal.Block{Shard: b.Shard, Sequence: b.Sequence, Tick: b.Tick, Previous: b.Previous, Lines: b.Lines})
	must(t, err)
	_, err = db.ExecContext(t.Context(), `DROP TRIGGER block_not_updated`)
	must(t, err)
	_, err = db.ExecContext(t.Context(), `UPDATE block SET body = $1, hash = $2 WHERE sequence = 3`, b.Bytes, b.Hash[:])
	must(t, err)
	must(t, db.Close())
	out, errs, code := call(t, "", "meter", "replay", "--store", "sqlite:"+path)
	if code != exitFailed || !strings.Contains(out, "block 3") || !strings.Contains(out, "does not say what the facts before it say") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

func TestReplayBadInput(t *testing.T) {
	t.Parallel()
	path := ledgerFile(t)
	for args, want := range map[string]int{
		"alice --all":     exitUsage,
		"--shard 1024":    exitUsage,
		"--head 1:2:oops": exitUsage,
		"bob":             exitNotFound,
	} {
		if out, errs, code := call(t, "", append([]string{"meter", "replay", "--store", "sqlite:" + path}, strings.Fields(args)...)...); code != want || out != "" {
			t.Errorf("%s: exit %d, %s%s", args, code, out, errs)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	if _, errs, code := call(t, "", "meter", "replay", "--store", "sqlite:"+missing); code != exitFailed || !strings.Contains(errs, "no such file") {
		t.Error(errs, code)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("replay made a file")
	}
}
