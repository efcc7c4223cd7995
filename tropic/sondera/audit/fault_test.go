package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func openFaulty(t testing.TB, d *faultyDirectory, o Options) *Log {
	t.Helper()
	o.Now = ticker()
	o, err := o.complete()
	if err != nil {
		t.Fatal(err)
	}
	l, err := openIn(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFullDiskIsAnErrorAndPasses(t *testing.T) {
	t.Parallel()
	for room := 0; room < 700; room += 3 { // from nothing of a line to all of it
		dir := t.TempDir()
		d := faulty(t, dir, 1<<20, false)
		l := openFaulty(t, d, Options{Key: testKey})
		appendN(t, l, 2)
		d.refill(room)
		lost := 0
		for lost < 3 {
			err := l.Append(testRecord(lost))
			if err == nil {
				continue
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("room for %d bytes: %v", room, err)
			}
			lost++
			wantClean(t, dir, VerifyOptions{Key: testKey})
		}
		d.refill(1 << 20)
		appendN(t, l, 1)
		closeLog(t, l)
		report := wantClean(t, dir, VerifyOptions{Key: testKey, Anchors: []Anchor{l.Head()}})
		lines := readLines(t, filepath.Join(dir, activeName))
		resume, err := decode([]byte(lines[len(lines)-2]))
		if err != nil || resume.kind != kindResume || resume.failed != 3 || !strings.Contains(resume.note, "no space") {
			t.Fatalf("room for %d bytes: the log does not say what it lost: %+v, %v (%d lines)", room, resume, err, report.Lines)
		}
	}
}

func TestFullDiskDuringRotation(t *testing.T) {
	t.Parallel()
	for room := 0; room < 600; room += 3 {
		dir := t.TempDir()
		d := faulty(t, dir, 1<<20, false)
		l := openFaulty(t, d, Options{MaxBytes: 1})
		appendN(t, l, 2)
		d.refill(room)
		if err := l.Append(testRecord(0)); err == nil {
			err = l.Append(testRecord(1))
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("room for %d bytes: %v", room, err)
			}
		}
		wantClean(t, dir, VerifyOptions{})
		d.refill(1 << 20)
		appendN(t, l, 3)
		closeLog(t, l)
		wantClean(t, dir, VerifyOptions{Anchors: []Anchor{l.Head()}})
	}
}

func TestFailedSyncIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := faulty(t, dir, 1<<20, false)
	l := openFaulty(t, d, Options{Sync: SyncAlways})
	appendN(t, l, 1)
	d.failSync(syscall.EIO)
	if err := l.Append(testRecord(0)); !errors.Is(err, syscall.EIO) {
		t.Errorf("Append: %v", err)
	}
	if err := l.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Sync: %v", err)
	}
	d.failSync(nil)
	appendN(t, l, 1)
	closeLog(t, l)
	wantClean(t, dir, VerifyOptions{Anchors: []Anchor{l.Head()}})
}

func TestOldFileThatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := &stubborn{directory: faulty(t, dir, 1<<20, false)}
	o, err := Options{MaxBytes: 1, Keep: 1, Now: ticker()}.complete()
	if err != nil {
		t.Fatal(err)
	}
	l, err := openIn(d, o)
	if err != nil {
		t.Fatal(err)
	}
	appendN(t, l, 6)
	wantClean(t, dir, VerifyOptions{})
	text, err := os.ReadFile(filepath.Join(dir, activeName))
	if err != nil || !strings.Contains(string(text), "cannot remove an old file") {
		t.Errorf("the log does not say that it grows: %s, %v", text, err)
	}
	d.yields = true
	appendN(t, l, 3)
	closeLog(t, l)
	wantClean(t, dir, VerifyOptions{})
	names, err := listNamesOf(dir)
	if rotated := rotatedFiles(names); err != nil || len(rotated) != 1 {
		t.Errorf("left: %v, %v", rotated, err)
	}
}

// stubborn removes nothing until it yields.
type stubborn struct {
	directory
	yields bool
}

func (d *stubborn) remove(name string) error {
	if !d.yields {
		return syscall.EPERM
	}
	return d.directory.remove(name)
}
