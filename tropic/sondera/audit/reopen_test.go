package audit

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// opening is the line that the last Open wrote.
func opening(t *testing.T, dir string) line {
	t.Helper()
	var last line
	for _, text := range readLines(t, filepath.Join(dir, activeName)) {
		if l, err := decode([]byte(text)); err == nil && l.kind == kindOpen {
			last = l
		}
	}
	return last
}

// TestOpenSaysWhatItFinds: a log that was damaged while nobody wrote it is continued, the writer says what it saw, and
// what was done stays to be seen.
func TestOpenSaysWhatItFinds(t *testing.T) {
	t.Parallel()
	good := map[bool]tree{false: goodLog(t, nil), true: goodLog(t, testKey)}
	cutHead := func(files tree) { files[headName] = files[headName][:100] }
	dropLast := func(l []string) []string { return l[:len(l)-1] }
	for name, test := range map[string]struct {
		change func(tree)
		torn   uint64
		note   string // part of it; "" is no note
		stays  bool   // the fault is found for ever
	}{
		"nothing": {func(tree) {}, 0, "", false},
		"torn":    {func(files tree) { files[file4] += `{"seq":20,"time"` }, 16, "", false},
		"torn and far too long": {
			func(files tree) { files[file4] += strings.Repeat("x", 2*maxLine) },
			2 * maxLine, "", false,
		},
		"zeros of a lost block": {func(files tree) { files[file4] += strings.Repeat("\x00", 4096) }, 4096, "", false},
		"head torn": {
			func(files tree) { files[headName] = files[headName][:slotSize] + strings.Repeat("x", slotSize) },
			0, "1 of 2 slots", false,
		},
		"head cut":       {cutHead, 0, "2 of 2 slots", false},
		"head lost":      {func(files tree) { delete(files, headName) }, 0, "2 of 2 slots", false},
		"last line lost": {func(files tree) { files.edit(file4, dropLast) }, 0, "should end with line 19, but ends before line 19", true},
		"all lines lost": {func(files tree) { files[file4] = "" }, 0, "should end with line 19, but ends before line 17", true},
		"file lost":      {func(files tree) { delete(files, file4) }, 0, "should end with line 19, but ends before line 17", true},
		"all files lost": {func(files tree) { maps.DeleteFunc(files, isLogFile) }, 0, "should end with line 19, but ends before line 1", true},
		"last line changed": {func(files tree) {
			files.edit(file4, func(l []string) []string { l[2] = reseal(strings.Replace(l[2], "alice", "carol", 1)); return l })
		}, 0, "1 faults at the end of the log, the first: audit.log:3: ", true},
		"last line unreadable": {func(files tree) {
			files.edit(file4, func(l []string) []string { l[2] = "\n"; return l })
		}, 0, "audit.log:3: malformed", true},
		"last line unreadable, head lost": {func(files tree) {
			files.edit(file4, func(l []string) []string { l[2] = "\n"; return l })
			cutHead(files)
		}, 0, "audit.log:3: malformed", true},
		"all lines unreadable": {func(files tree) { files[file4] = "a\nb\nc\n" }, 0, "3 faults", true},
		"all lines unreadable, head lost": {
			func(files tree) { files[file4] = "a\nb\nc\n"; cutHead(files) },
			0, "3 faults", true,
		},
	} {
		for keyed, files := range good {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var key []byte
				if keyed {
					key = testKey
				}
				dir := t.TempDir()
				files := maps.Clone(files)
				test.change(files)
				files.write(t, dir)
				l := open(t, dir, Options{Key: key, MaxBytes: 3000})
				said := opening(t, dir)
				if said.torn != test.torn || !strings.Contains(said.note, test.note) || test.note == "" && said.note != "" {
					t.Errorf("said: torn %d, note %q", said.torn, said.note)
				}
				for range 3 { // through rotations and restarts
					appendN(t, l, 5)
					closeLog(t, l)
					report := verify(t, dir, VerifyOptions{Key: key, Anchors: []Anchor{l.Head()}})
					if report.Clean() == test.stays || report.Last != l.Head() {
						t.Fatalf("clean %v: %v, last %v, head %v", report.Clean(), report.Faults, report.Last, l.Head())
					}
					l = open(t, dir, Options{Key: key, MaxBytes: 3000})
				}
				closeLog(t, l)
			})
		}
	}
}

func TestTheKeyOfALog(t *testing.T) {
	t.Parallel()
	other := []byte(strings.Repeat("k", MinKey))
	for name, test := range map[string]struct {
		first, second []byte
		want          error
	}{
		"none":          {nil, nil, nil},
		"the same":      {testKey, testKey, nil},
		"another":       {testKey, other, ErrKey},
		"none any more": {testKey, nil, ErrKey},
		"a first one":   {nil, testKey, ErrKey},
	} {
		for kind, lose := range map[string]func(dir string) error{
			"whole":   func(string) error { return nil },
			"no head": func(dir string) error { return os.Remove(filepath.Join(dir, headName)) },
			"no log":  func(dir string) error { return os.Remove(filepath.Join(dir, activeName)) },
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				l := open(t, dir, Options{Key: test.first})
				appendN(t, l, 2)
				closeLog(t, l)
				if err := lose(dir); err != nil {
					t.Fatal(err)
				}
				before := readTree(t, dir)[activeName]
				l, err := Open(dir, Options{Key: test.second, Now: ticker()})
				if !errors.Is(err, test.want) {
					t.Fatalf("Open: %v, want %v", err, test.want)
				}
				if err == nil {
					closeLog(t, l)
				} else if readTree(t, dir)[activeName] != before {
					t.Error("a log that was refused was written to")
				}
			})
		}
	}
}

// TestAForgedTailDoesNotStopTheWriter: who can write the file but has not the key can neither stop the log nor be
// taken for it.
func TestAForgedTailDoesNotStopTheWriter(t *testing.T) {
	t.Parallel()
	files := goodLog(t, testKey)
	files.edit(file4, func(l []string) []string { return append(l, reseal(allow(l[2]))) })
	dir := t.TempDir()
	files.write(t, dir)
	l := open(t, dir, Options{Key: testKey})
	appendN(t, l, 2)
	closeLog(t, l)
	if r := verify(t, dir, VerifyOptions{Key: testKey}); r.FaultCount == 0 || r.Last != l.Head() {
		t.Errorf("%v, last %v, head %v", r.Faults, r.Last, l.Head())
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	gid := -1
	for name, o := range map[string]Options{
		"short key": {Key: testKey[:MinKey-1]}, "params": {MaxParams: MaxMaxParams + 1}, "negative params": {MaxParams: -1},
		"size": {MaxBytes: -1}, "sync": {Sync: 7}, "group": {Group: &gid},
	} {
		dir := t.TempDir()
		if _, err := Open(dir, o); err == nil || strings.Contains(err.Error(), string(testKey[:8])) {
			t.Errorf("%s: %v", name, err)
		}
		if names, err := listNamesOf(dir); err != nil || len(names) > 0 {
			t.Errorf("%s: left %v, %v", name, names, err)
		}
	}
}

func TestVerifyStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	goodLog(t, nil).write(t, dir)
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	if _, err := Verify(ctx, dir, VerifyOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Verify: %v", err)
	}
}
