package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	testKey  = []byte("0123456789abcdef0123456789abcdef")
	testTime = time.Date(2026, 11, 3, 10, 20, 30, 456789123, time.FixedZone("SGT", 8*3600))
)

// ticker is a clock that moves on by a second with every look at it.
func ticker() func() time.Time {
	var mu sync.Mutex
	now := testTime
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func testRecord(i int) Record {
	return Record{
		Agent: "alice", Session: "main", Tool: "exec",
		Params:   json.RawMessage(fmt.Sprintf(`{"command": "echo %d"}`, i)),
		Decision: []Decision{Allow, Confirm, Deny, Redact}[i%4],
		Rules:    []string{"default-allow"}, Policy: "sha256:abc", Duration: time.Duration(i) * 1500 * time.Nanosecond,
	}
}

func open(t testing.TB, dir string, o Options) *Log {
	t.Helper()
	if o.Now == nil {
		o.Now = ticker()
	}
	l, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func appendN(t testing.TB, l *Log, n int) {
	t.Helper()
	for i := range n {
		if err := l.Append(testRecord(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func verify(t testing.TB, dir string, o VerifyOptions) Report {
	t.Helper()
	r, err := Verify(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantClean(t testing.TB, dir string, o VerifyOptions) Report {
	t.Helper()
	r := verify(t, dir, o)
	if !r.Clean() {
		t.Fatalf("faults in a good log: %v", r.Faults)
	}
	return r
}

func readLines(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestLineIsWhatTheDocumentationSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, Options{Now: func() time.Time { return testTime }})
	r := testRecord(2)
	r.Error, r.Shadow = "a \"bad\"\n\x01 thing \xff", true
	if err := l.Append(r); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	lines := readLines(t, filepath.Join(dir, activeName))
	if len(lines) != 3 {
		t.Fatalf("%d lines, want file, open, decision", len(lines))
	}
	prev, _ := decode([]byte(lines[1]))
	want := `{"seq":3,"time":"2026-11-03T02:20:30.456789Z","kind":"decision","agent":"alice","session":"main",` +
		`"tool":"exec","params":{"command":"echo 2"},"decision":"DENY","rules":["default-allow"],"policy":"sha256:abc",` +
		`"duration_us":3,"error":"a \"bad\"\n\u0001 thing ` + "\uFFFD" + `","shadow":true,"cut":[],"prev":"` + prev.hash.String() + `","hash":"`
	if got := lines[2][:len(lines[2])-66]; got != want {
		t.Errorf("line\n%s\nwant\n%s", got, want)
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(lines[2]), &object); err != nil {
		t.Errorf("the line is not JSON: %v", err)
	}
	report := wantClean(t, dir, VerifyOptions{})
	if report.Lines != 3 || report.First.Seq != 1 || report.Last.Seq != 3 || report.Authenticated {
		t.Errorf("report %+v", report)
	}
}

func TestChainGoesOnAcrossFilesAndProcesses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"plain": {}, "key": {Key: testKey}, "sync": {Sync: SyncAlways}, "key and sync": {Key: testKey, Sync: SyncAlways},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			o.MaxBytes = 2000
			for range 4 {
				l := open(t, dir, o)
				appendN(t, l, 10)
				closeLog(t, l)
				report := wantClean(t, dir, VerifyOptions{Key: o.Key, Anchors: []Anchor{l.Head()}})
				if report.Last != l.Head() || report.First.Seq != 1 || report.Authenticated != (o.Key != nil) {
					t.Fatalf("report %+v, head %+v", report, l.Head())
				}
			}
			names, err := filepath.Glob(filepath.Join(dir, "audit-*.log"))
			if err != nil || len(names) < 5 {
				t.Fatalf("rotated files %v, %v", names, err)
			}
			again, err := VerifyFiles(t.Context(), VerifyOptions{Key: o.Key}, append(names, filepath.Join(dir, activeName))...)
			if err != nil || !again.Clean() {
				t.Errorf("VerifyFiles: %v, %v", again.Faults, err)
			}
		})
	}
}

func TestRotationByAge(t *testing.T) {
	t.Parallel()
	now := testTime
	dir := t.TempDir()
	l := open(t, dir, Options{MaxAge: time.Hour, Now: func() time.Time { return now }})
	appendN(t, l, 1)
	now = now.Add(time.Hour - 1)
	appendN(t, l, 1)
	if _, err := os.Stat(filepath.Join(dir, rotatedName(1))); err == nil {
		t.Fatal("rotated before its time")
	}
	closeLog(t, l)
	now = now.Add(time.Second)
	l = open(t, dir, Options{MaxAge: time.Hour, Now: func() time.Time { return now }})
	defer closeLog(t, l)
	if _, err := os.Stat(filepath.Join(dir, rotatedName(1))); err != nil {
		t.Fatal("the age of a file is not known after a restart")
	}
	wantClean(t, dir, VerifyOptions{})
}

func TestRetentionKeepsTheNewestAndVerifies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, Options{MaxBytes: 1500, Keep: 2})
	defer closeLog(t, l)
	for range 30 {
		appendN(t, l, 1)
		wantClean(t, dir, VerifyOptions{})
	}
	names, err := listNamesOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	rotated := rotatedFiles(names)
	if len(rotated) != 2 {
		t.Fatalf("kept %v", rotated)
	}
	if err := os.Remove(filepath.Join(dir, rotated[0])); err != nil {
		t.Fatal(err)
	}
	report := verify(t, dir, VerifyOptions{})
	if report.Clean() || report.Faults[0].Kind != Missing {
		t.Errorf("a removed oldest file passes for retention: %v", report.Faults)
	}
}

func listNamesOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func TestConcurrentAppends(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]SyncPolicy{"never": SyncNever, "always": SyncAlways} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			l := open(t, dir, Options{Key: testKey, MaxBytes: 20_000, Keep: -1, Sync: policy})
			const writers, each = 16, 25
			var group sync.WaitGroup
			for range writers {
				group.Go(func() {
					for i := range each {
						if err := l.Append(testRecord(i)); err != nil {
							t.Error(err)
						}
						if i%10 == 0 {
							if err := l.Sync(); err != nil {
								t.Error(err)
							}
						}
					}
				})
			}
			for range 5 { // while it is written; only a line in the making may look torn
				report := verify(t, dir, VerifyOptions{Key: testKey})
				for _, f := range report.Faults {
					if f.Kind != Torn {
						t.Errorf("in a log that is written: %v", f)
					}
				}
			}
			group.Wait()
			closeLog(t, l)
			report := wantClean(t, dir, VerifyOptions{Key: testKey})
			decisions := report.Lines - int64(report.Files) - 1
			if decisions != writers*each {
				t.Errorf("%d records, want %d", decisions, writers*each)
			}
		})
	}
}

func TestClosedLog(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), Options{})
	closeLog(t, l)
	for name, err := range map[string]error{"Append": l.Append(testRecord(0)), "Sync": l.Sync(), "Close": l.Close()} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
