package audit

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCrashAnywhere kills the writer within any write or between any two steps, again and again. What is left verifies
// clean or names exactly what broke off; after the next Open it verifies clean; no record that was acknowledged is
// lost, and none appears that was not written.
func TestCrashAnywhere(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		s := crashing{dir: dir, options: Options{
			MaxBytes: rapid.Int64Range(1, 3000).Draw(t, "MaxBytes"),
			Keep:     rapid.SampledFrom([]int{-1, -1, 2}).Draw(t, "Keep"),
			Sync:     rapid.SampledFrom([]SyncPolicy{SyncNever, SyncAlways}).Draw(t, "Sync"),
		}}
		if rapid.Bool().Draw(t, "key") {
			s.options.Key = testKey
		}
		for range rapid.IntRange(1, 6).Draw(t, "lives") {
			s.live(t, rapid.IntRange(0, 9000).Draw(t, "bytes until the crash"), rapid.IntRange(0, 12).Draw(t, "appends"))
			s.checkCrashed(t)
			s.checkReopened(t)
		}
	})
}

type crashing struct {
	dir     string
	options Options
	calls   int          // given to Append so far; each is known by its duration
	sure    []int        // acknowledged
	unsure  map[int]bool // not acknowledged, in the log or not
	head    Anchor       // of the log that was open last
}

func (s *crashing) live(t *rapid.T, left, appends int) {
	locked, err := lockDirectory(s.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := s.options
	o.Now = ticker()
	o, err = o.complete()
	if err != nil {
		t.Fatal(err)
	}
	d := &faultyDirectory{directory: locked, left: left, crash: true}
	l, err := openIn(d, o)
	if err != nil {
		if !errors.Is(err, errCrash) {
			t.Fatalf("Open: %v", err)
		}
		return
	}
	for range appends {
		s.append(t, l)
	}
	if err := l.Close(); err != nil && !errors.Is(err, errCrash) {
		t.Fatalf("Close: %v", err)
	}
}

func (s *crashing) append(t *rapid.T, l *Log) {
	s.calls++
	err := l.Append(Record{Agent: "a", Decision: Allow, Duration: time.Duration(s.calls) * time.Microsecond})
	switch {
	case err == nil:
		s.sure = append(s.sure, s.calls)
		s.head = l.Head()
	case errors.Is(err, errCrash):
		if s.unsure == nil {
			s.unsure = map[int]bool{}
		}
		s.unsure[s.calls] = true
	default:
		t.Fatalf("Append: %v", err)
	}
}

func (s *crashing) checkCrashed(t *rapid.T) {
	report := s.verify(t)
	tails := map[string]int{}
	for _, f := range report.Faults {
		if f.Kind != Torn {
			t.Fatalf("after the crash: %v", f)
		}
		tails[f.File]++
	}
	if tails[activeName] > 1 || tails[headName] > 1 || tails[activeName]+tails[headName] != len(report.Faults) {
		t.Fatalf("more than what broke off: %v", report.Faults)
	}
	text, err := os.ReadFile(filepath.Join(s.dir, activeName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if torn := len(text) > 0 && text[len(text)-1] != '\n'; torn != (tails[activeName] == 1) {
		t.Fatalf("torn: %v, reported: %v", torn, report.Faults)
	}
}

func (s *crashing) checkReopened(t *rapid.T) {
	o := s.options
	o.Now = ticker()
	l, err := Open(s.dir, o)
	if err != nil {
		t.Fatalf("Open after the crash: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if report := s.verify(t); !report.Clean() {
		t.Fatalf("after Open: %v", report.Faults)
	}
	if s.options.Keep > 0 {
		return
	}
	got := s.logged(t)
	sure := slices.DeleteFunc(slices.Clone(got), func(call int) bool { return s.unsure[call] })
	if !slices.Equal(sure, s.sure) || !slices.IsSorted(got) {
		t.Fatalf("acknowledged %v, in the log %v", s.sure, got)
	}
}

func (s *crashing) verify(t *rapid.T) Report {
	o := VerifyOptions{Key: s.options.Key}
	if s.head.Seq > 0 {
		o.Anchors = []Anchor{s.head}
	}
	report, err := Verify(t.Context(), s.dir, o)
	if err != nil && (!errors.Is(err, ErrNoLog) || s.head.Seq > 0) {
		t.Fatalf("Verify: %v", err)
	}
	return report
}

// logged are the calls that the log tells of.
func (s *crashing) logged(t *rapid.T) []int {
	names, err := listNamesOf(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	var calls []int
	for _, name := range append(rotatedFiles(names), activeName) {
		f, err := os.Open(filepath.Join(s.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for lines := newLineReader(f); ; {
			raw, err := lines.next()
			if err != nil {
				break
			}
			if l, err := decode(raw.text); err == nil && l.kind == kindDecision {
				calls = append(calls, int(l.record.micros))
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return calls
}
