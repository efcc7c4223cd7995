package audit

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// everyday is a record of the size that the gate writes for an ordinary command.
func everyday() Record {
	return Record{
		Agent: "alice", Session: "agent:main:main", Tool: "exec",
		Params:   json.RawMessage(`{"command":"go test ./... -run TestOrders -count=1","workdir":"/home/ubuntu/.openclaw/workspace/alice"}`),
		Decision: Allow, Rules: []string{"default-allow"}, Duration: 9 * time.Microsecond,
		Policy: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, test := range []struct {
		name string
		o    Options
	}{
		{"plain", Options{}},
		{"key", Options{Key: testKey}},
		{"fsync", Options{Sync: SyncAlways}},
	} {
		b.Run(test.name, func(b *testing.B) {
			l := open(b, b.TempDir(), test.o)
			defer closeLog(b, l)
			r := everyday()
			b.ReportAllocs()
			for b.Loop() {
				if err := l.Append(r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkAppendParallel(b *testing.B) {
	for _, policy := range []SyncPolicy{SyncNever, SyncAlways} {
		b.Run(fmt.Sprintf("sync=%d", policy), func(b *testing.B) {
			l := open(b, b.TempDir(), Options{Sync: policy})
			defer closeLog(b, l)
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				r := everyday()
				for pb.Next() {
					if err := l.Append(r); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, key := range map[string][]byte{"plain": nil, "key": testKey} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			l := open(b, dir, Options{Key: key})
			for range 30_000 {
				if err := l.Append(everyday()); err != nil {
					b.Fatal(err)
				}
			}
			closeLog(b, l)
			b.SetBytes(wantClean(b, dir, VerifyOptions{Key: key}).Bytes)
			b.ReportAllocs()
			for b.Loop() {
				wantClean(b, dir, VerifyOptions{Key: key})
			}
		})
	}
}
