package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree is the content of a log's directory.
type tree map[string]string

func readTree(t testing.TB, dir string) tree {
	t.Helper()
	names, err := listNamesOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := tree{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

func (files tree) write(t testing.TB, dir string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// edit changes the lines of a file.
func (files tree) edit(name string, change func(lines []string) []string) {
	lines := strings.SplitAfter(files[name], "\n")
	files[name] = strings.Join(change(lines[:len(lines)-1]), "")
}

func (files tree) move(from, to string) {
	files[to] = files[from]
	delete(files, from)
}

// goodLog has the files that begin with the lines 1, 7, 12 and 17, of 6, 5, 5 and 3 lines. It ends with line 19.
func goodLog(t testing.TB, key []byte) tree {
	t.Helper()
	dir := t.TempDir()
	size := int64(2300)
	if key != nil {
		size = 2650
	}
	l := open(t, dir, Options{MaxBytes: size, Key: key})
	appendN(t, l, 14)
	closeLog(t, l)
	wantClean(t, dir, VerifyOptions{Key: key})
	return readTree(t, dir)
}

const (
	file1 = "audit-0000000000000001.log"
	file2 = "audit-0000000000000007.log"
	file3 = "audit-0000000000000012.log"
	file4 = activeName // from line 17 on
)

// reseal gives a line its right hash again, as someone without the key can.
func reseal(text string) string {
	text = text[:strings.LastIndex(text, fieldHash)]
	sum := sha256.Sum256([]byte(text))
	return text + fieldHash + hex.EncodeToString(sum[:]) + "\"}\n"
}

func allow(line string) string { return strings.Replace(line, `"DENY"`, `"ALLOW"`, 1) }

func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	good := map[bool]tree{false: goodLog(t, nil), true: goodLog(t, testKey)}
	layout := []string{file1, file2, file3, headName, lockName, file4}
	for _, files := range good {
		if diff := cmp.Diff(layout, slices.Sorted(maps.Keys(files))); diff != "" {
			t.Fatalf("the table below is about other files: %s", diff)
		}
	}
	on := func(name string, change func([]string) []string) func(tree) {
		return func(files tree) { files.edit(name, change) }
	}
	for name, test := range map[string]struct {
		change func(tree)
		want   []string // file:line: kind
	}{
		"nothing": {func(tree) {}, nil},
		"a line changed": {
			on(file2, func(l []string) []string { l[2] = strings.Replace(l[2], "alice", "mallory", 1); return l }),
			[]string{file2 + ":3: changed"},
		},
		"a decision changed, hash put right": {
			on(file1, func(l []string) []string { l[4] = reseal(allow(l[4])); return l }),
			[]string{file1 + ":6: changed"},
		},
		"the first line changed, hash put right": {
			on(file1, func(l []string) []string {
				l[0] = reseal(strings.Replace(l[0], `"oldest":1`, `"oldest":0`, 1))
				return l
			}),
			[]string{file1 + ":2: changed"},
		},
		"the last line changed, hash put right": {
			on(file4, func(l []string) []string { l[2] = reseal(strings.Replace(l[2], "alice", "carol", 1)); return l }),
			[]string{file4 + ":3: changed"},
		},
		"a line removed": {on(file2, func(l []string) []string {
			return slices.Delete(l, 2, 3)
		}), []string{file2 + ":3: missing"}},
		"first line removed": {on(file1, func(l []string) []string {
			return l[1:]
		}), []string{file1 + ":1: missing", file1 + ":1: reordered"}},
		"first of a later file": {on(file3, func(l []string) []string {
			return l[1:]
		}), []string{file3 + ":1: missing", file3 + ":1: reordered"}},
		"last line of a file": {on(file2, func(l []string) []string { return l[:4] }), []string{file3 + ":1: missing"}},
		"last line of all":    {on(file4, func(l []string) []string { return l[:2] }), []string{file4 + ":2: missing"}},
		"last three lines":    {on(file4, func([]string) []string { return nil }), []string{file4 + ":0: missing"}},
		"a line twice": {on(file2, func(l []string) []string {
			return slices.Insert(l, 2, l[1])
		}), []string{file2 + ":3: duplicate"}},
		"a line again elsewhere": {on(file3, func(l []string) []string {
			return append(l, l[1])
		}), []string{file3 + ":6: duplicate"}},
		"a file's first line again": {
			on(file3, func(l []string) []string { return append(l, l[0]) }),
			[]string{file3 + ":6: duplicate", file3 + ":6: reordered"},
		},
		"two lines swapped": {
			on(file2, func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }),
			[]string{file2 + ":2: missing", file2 + ":3: reordered"},
		},
		"a block moved": {
			on(file1, func(l []string) []string { return slices.Concat(l[:1], l[3:5], l[1:3], l[5:]) }),
			[]string{file1 + ":2: missing", file1 + ":4: reordered"},
		},
		"a line moved to another file": {func(files tree) {
			var moved string
			files.edit(file1, func(l []string) []string { moved = l[3]; return slices.Delete(l, 3, 4) })
			files.edit(file3, func(l []string) []string { return slices.Insert(l, 2, moved) })
		}, []string{file1 + ":4: missing", file3 + ":3: reordered"}},
		"a line added at the end": {on(file4, func(l []string) []string {
			return append(l, reseal(strings.Replace(l[2], `"seq":19`, `"seq":20`, 1)))
		}), []string{file4 + ":4: changed"}},
		"a line of the far future": {on(file2, func(l []string) []string {
			return slices.Insert(l, 3, reseal(strings.Replace(l[2], `"seq":9`, `"seq":9007199254740991`, 1)))
		}), []string{file2 + ":4: missing", file2 + ":5: reordered"}},

		"not JSON": {on(file2, func(l []string) []string {
			l[1] = "\x00\x00\x00\n"
			return l
		}), []string{file2 + ":2: malformed"}},
		"an empty line": {on(file2, func(l []string) []string {
			return slices.Insert(l, 1, "\n")
		}), []string{file2 + ":2: malformed"}},
		"another newline": {on(file2, func(l []string) []string {
			l[1] = l[1][:len(l[1])-1] + "\r\n"
			return l
		}), []string{file2 + ":2: malformed"}},
		"no newline": {on(file2, func(l []string) []string {
			l[4] = l[4][:len(l[4])-1]
			return l
		}), []string{file2 + ":5: malformed"}},
		"two lines in one": {on(file2, func(l []string) []string {
			l[1] = l[1][:len(l[1])-1]
			return l
		}), []string{file2 + ":2: malformed", file2 + ":3: missing"}},
		"a line too long": {on(file2, func(l []string) []string {
			return slices.Insert(l, 3, strings.Repeat("x", 3*maxLine)+"\n")
		}), []string{file2 + ":4: malformed"}},
		"an unknown field": {on(file2, func(l []string) []string {
			l[1] = reseal(strings.Replace(l[1], `,"shadow"`, `,"x":1,"shadow"`, 1))
			return l
		}), []string{file2 + ":2: malformed"}},
		"a key twice": {on(file2, func(l []string) []string {
			l[1] = reseal(strings.Replace(l[1], `,"shadow"`, `,"error":"","shadow"`, 1))
			return l
		}), []string{file2 + ":2: malformed"}},
		"a space": {
			on(file2, func(l []string) []string {
				l[1] = reseal(strings.Replace(l[1], `,"shadow"`, `, "shadow"`, 1))
				return l
			}),
			[]string{file2 + ":2: malformed"},
		},
		"a few lines of noise": {
			on(file2, func(l []string) []string { l[1], l[2], l[3] = "a\n", "b\n", "c\n"; return l }),
			[]string{file2 + ":2: malformed", file2 + ":3: malformed", file2 + ":4: malformed"},
		},

		"the oldest file removed": {func(files tree) { delete(files, file1) }, []string{file2 + ":0: missing"}},
		"a file removed": {
			func(files tree) { delete(files, file2) },
			[]string{file3 + ":1: missing", file3 + ":1: missing"},
		},
		"the newest file removed": {func(files tree) { delete(files, file4) }, []string{file3 + ":5: missing"}},
		"an empty file for one":   {func(files tree) { files[file2] = "" }, []string{file3 + ":1: missing"}},
		"all files removed":       {func(files tree) { maps.DeleteFunc(files, isLogFile) }, []string{file4 + ":0: missing"}},
		"a file renamed": {func(files tree) {
			files.move(file2, "audit-0000000000000008.log")
		}, []string{"audit-0000000000000008.log:1: misnamed", file3 + ":1: missing"}},
		"a file renamed out of sight": {func(files tree) {
			files.move(file3, "audit.log.old")
		}, []string{file4 + ":1: missing", file4 + ":1: missing"}},
		"two files swapped": {
			func(files tree) { files[file2], files[file3] = files[file3], files[file2] },
			[]string{
				file2 + ":1: missing", file2 + ":1: misnamed", file2 + ":1: missing", file3 + ":1: reordered", file3 + ":1: misnamed",
				file3 + ":1: missing",
			},
		},
		"two files in one": {
			func(files tree) { files[file2] += files[file3]; delete(files, file3) },
			[]string{file2 + ":6: reordered", file4 + ":1: missing"},
		},

		"the head removed": {func(files tree) { delete(files, headName) }, []string{headName + ":0: head"}},
		"the head emptied": {func(files tree) { files[headName] = "" }, []string{headName + ":0: head"}},
		"the head grown":   {func(files tree) { files[headName] += "\n" }, []string{headName + ":0: head"}},
		"the newer slot damaged": {
			func(files tree) { files[headName] = files[headName][:slotSize] + strings.Repeat(" ", slotSize) },
			[]string{headName + ":0: torn"},
		},
		"the head says less": {func(files tree) {
			files[headName] = resealSlot(files[headName], `{"head":19`, `{"head":17`)
		}, []string{file4 + ":1: changed"}},
		"a stale slot changed": {func(files tree) {
			files[headName] = resealSlot(files[headName], `{"head":18`, `{"head":12`)
		}, []string{file3 + ":1: changed"}},
		"the head says more": {func(files tree) {
			files[headName] = resealSlot(files[headName], `{"head":19`, `{"head":29`)
		}, []string{file4 + ":3: missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(good[false])
			test.change(files)
			dir := t.TempDir()
			files.write(t, dir)
			if diff := cmp.Diff(test.want, found(verify(t, dir, VerifyOptions{}))); diff != "" {
				t.Errorf("faults (-want +got):\n%s\n%v", diff, verify(t, dir, VerifyOptions{}).Faults)
			}
			keyed := maps.Clone(good[true])
			test.change(keyed)
			dir = t.TempDir()
			keyed.write(t, dir)
			if report := verify(t, dir, VerifyOptions{Key: testKey}); report.Clean() != (test.want == nil) {
				t.Errorf("with a key: %v", report.Faults)
			}
		})
	}
}

func found(r Report) []string {
	var places []string
	for _, f := range r.Faults {
		places = append(places, fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Kind))
	}
	return places
}

func isLogFile(name, _ string) bool { return name != headName && name != lockName }

func resealSlot(text, from, to string) string {
	var out strings.Builder
	for at := 0; at < len(text); at += slotSize {
		slot := strings.TrimRight(text[at:at+slotSize], " \n")
		if strings.Contains(slot, from) {
			slot = strings.TrimSuffix(reseal(strings.Replace(slot, from, to, 1)), "\n")
		}
		fmt.Fprintf(&out, "%-*s\n", slotSize-1, slot)
	}
	return out.String()
}

// TestEveryChangedByteIsFound changes each byte of each file of a small log in several ways.
func TestEveryChangedByteIsFound(t *testing.T) {
	t.Parallel()
	for name, key := range map[string][]byte{"plain": nil, "key": testKey} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			l := open(t, dir, Options{MaxBytes: 800, Key: key})
			appendN(t, l, 2)
			closeLog(t, l)
			options := []VerifyOptions{{Key: key}}
			if key != nil {
				options = append(options, VerifyOptions{})
			}
			wantClean(t, dir, options[0])
			for name, text := range readTree(t, dir) {
				for at := range len(text) {
					for _, flip := range []byte{0x01, 0x20, text[at] ^ '\n'} {
						if flip == 0 {
							continue
						}
						putByte(t, dir, name, at, text[at]^flip)
						for _, o := range options {
							if verify(t, dir, o).Clean() {
								t.Fatalf("byte %d of %s changed by %#x and not found", at, name, flip)
							}
						}
						putByte(t, dir, name, at, text[at])
					}
				}
			}
		})
	}
}

// putByte changes a file in place.
func putByte(t *testing.T, dir, name string, at int, char byte) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte{char}, int64(at))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestEveryCutIsFound shortens the active file by any number of bytes.
func TestEveryCutIsFound(t *testing.T) {
	t.Parallel()
	files := goodLog(t, nil)
	dir := t.TempDir()
	files.write(t, dir)
	for length := len(files[file4]) - 1; length >= 0; length-- {
		if err := os.Truncate(filepath.Join(dir, file4), int64(length)); err != nil {
			t.Fatal(err)
		}
		if verify(t, dir, VerifyOptions{}).Clean() {
			t.Fatalf("%s was cut to %d bytes and that is not found", file4, length)
		}
	}
}

// TestWhatNeedsAKeyOrAnAnchor shows the limits that the package's documentation names.
func TestWhatNeedsAKeyOrAnAnchor(t *testing.T) {
	t.Parallel()
	write := func(key []byte, n int) (tree, Anchor) {
		dir := t.TempDir()
		l := open(t, dir, Options{Key: key})
		appendN(t, l, n)
		closeLog(t, l)
		return readTree(t, dir), l.Head()
	}
	plain, end := write(nil, 10)
	keyed, keyedEnd := write(testKey, 10)
	forged, _ := write(bytes.ToUpper(testKey), 10)
	shorter, _ := write(testKey, 5)
	other, _ := write(nil, 12)
	for name, test := range map[string]struct {
		files tree
		o     VerifyOptions
		clean bool
	}{
		"a whole new log":                      {other, VerifyOptions{}, true},
		"a whole new log, anchor":              {other, VerifyOptions{Anchors: []Anchor{{end.Seq, strings.Repeat("0", 64)}}}, false},
		"the log and an anchor":                {plain, VerifyOptions{Anchors: []Anchor{end}}, true},
		"rolled back with its head":            {shorter, VerifyOptions{Key: testKey}, true},
		"rolled back, anchor":                  {shorter, VerifyOptions{Key: testKey, Anchors: []Anchor{keyedEnd}}, false},
		"written with another key":             {forged, VerifyOptions{Key: testKey}, false},
		"written with another key, none known": {forged, VerifyOptions{}, true},
		"written without a key":                {plain, VerifyOptions{Key: testKey}, false},
		"right key":                            {keyed, VerifyOptions{Key: testKey, Anchors: []Anchor{keyedEnd}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			test.files.write(t, dir)
			r := verify(t, dir, test.o)
			if r.Clean() != test.clean || r.Authenticated && !test.clean && test.o.Anchors == nil {
				t.Errorf("clean %v, want %v: %v", r.Clean(), test.clean, r.Faults)
			}
		})
	}
}

func TestFaultsAreBoundedAndCounted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := goodLog(t, nil)
	files[file2] = strings.Repeat("x\n", 5000)
	files.write(t, dir)
	if r := verify(t, dir, VerifyOptions{MaxFaults: 7}); len(r.Faults) != 7 || r.FaultCount < 5000 {
		t.Errorf("%d faults listed, %d counted", len(r.Faults), r.FaultCount)
	}
}

// TestFaultsNeverQuoteParameters breaks every line in every place and looks for the parameters in what is said.
func TestFaultsNeverQuoteParameters(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	dir := t.TempDir()
	l := open(t, dir, Options{})
	r := testRecord(0)
	r.Params = []byte(`{"` + secret + `":"` + secret + `"}`)
	if err := l.Append(r); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	text := readTree(t, dir)[activeName]
	for at := range len(text) {
		putByte(t, dir, activeName, at, text[at]^2)
		for _, f := range verify(t, dir, VerifyOptions{}).Faults {
			if strings.Contains(f.String(), secret[:7]) {
				t.Fatalf("byte %d: %v", at, f)
			}
		}
		putByte(t, dir, activeName, at, text[at])
	}
}
