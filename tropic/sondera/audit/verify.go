package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DefaultMaxFaults is how many faults a Report lists unless told otherwise.
const DefaultMaxFaults = 100

// ErrNoLog says that a directory holds no log.
var ErrNoLog = errors.New("audit: no log here")

// VerifyOptions tell Verify what to know besides the log.
type VerifyOptions struct {
	// Key is that of the log. Without it the MACs of a log are not looked at.
	Key []byte
	// Anchors are lines that were noted elsewhere and must still be there. One that is older than the oldest file is
	// passed over: retention removes files.
	Anchors []Anchor
	// MaxFaults bounds Report.Faults; 0 is DefaultMaxFaults. All faults are counted.
	MaxFaults int
}

// Verify reads the log in dir from end to end and reports every fault. It needs some megabytes of memory whatever the
// size of the log, stops when ctx is done, and may run while the log is written; a line that is just being written may
// then be reported as Torn. The error says that the log could not be read, not that it has faults.
func Verify(ctx context.Context, dir string, o VerifyOptions) (Report, error) {
	const attempts = 5
	var r Report
	var err error
	for range attempts { // the log may be rotated meanwhile
		r, err = verifyDirectory(ctx, dir, o)
		if !errors.Is(err, errMoved) {
			break
		}
	}
	return r, err
}

// VerifyFiles is Verify for files of a log, in their order, wherever they are; they should keep their names. There is
// no head to tell what is missing at the end, nor is it known what should come before.
func VerifyFiles(ctx context.Context, o VerifyOptions, files ...string) (Report, error) {
	v := newVerifier(o)
	for i, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return Report{}, fmt.Errorf("audit: %w", err)
		}
		err = v.file(ctx, filepath.Base(path), f, i == len(files)-1)
		if err := errors.Join(err, f.Close()); err != nil {
			return Report{}, err
		}
	}
	return v.report(), nil
}

func verifyDirectory(ctx context.Context, dir string, o VerifyOptions) (r Report, err error) {
	root, err := openRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	v := newVerifier(o)
	// The head is read first: the log only grows, so that it holds what the head names.
	h, present, err := readHeadIn(root, v.chain.seal)
	if err != nil {
		return Report{}, err
	}
	v.chain.anchorHead(h)
	found, err := v.directory(ctx, root)
	if err != nil {
		return Report{}, err
	}
	if !found && !present {
		return Report{}, fmt.Errorf("%w: neither %s nor %s is in %s", ErrNoLog, activeName, headName, dir)
	}
	v.checkHead(h, present)
	v.chain.checkOldest(h.oldest)
	return v.report(), nil
}

func readHeadIn(root *os.Root, s *sealer) (h headFile, present bool, err error) {
	f, err := openRegular(root, headName, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return headFile{}, false, nil
	}
	if err != nil {
		return headFile{}, false, err
	}
	h, err = readHead(f, s)
	return h, true, errors.Join(err, f.Close())
}

type verifier struct {
	chain *chain
	lines *lineReader
}

func newVerifier(o VerifyOptions) *verifier {
	orDefault(&o.MaxFaults, DefaultMaxFaults)
	v := &verifier{chain: newChain(newSealer(o.Key), o.MaxFaults), lines: newLineReader(nil)}
	for _, a := range o.Anchors {
		v.chain.anchor(a)
	}
	return v
}

// directory reads all files of the log. The active one is opened first: while it is open under its name, no other
// file can have become the newest.
func (v *verifier) directory(ctx context.Context, root *os.Root) (found bool, err error) {
	last, err := openRegular(root, activeName, os.O_RDONLY, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if last != nil {
		defer func() { err = errors.Join(err, last.Close()) }()
	}
	names, err := listNames(root)
	if err != nil {
		return false, fmt.Errorf("audit: %w", err)
	}
	rotated := rotatedFiles(names)
	for i, name := range rotated {
		if err := v.rotated(ctx, root, name, last, last == nil && i == len(rotated)-1); err != nil {
			return false, err
		}
	}
	if last == nil {
		return len(rotated) > 0, nil
	}
	return true, v.file(ctx, activeName, last, true)
}

func (v *verifier) rotated(ctx context.Context, root *os.Root, name string, active *os.File, last bool) error {
	f, err := openRegular(root, name, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("audit: %s was removed meanwhile: %w", name, errMoved)
	}
	if err != nil {
		return err
	}
	same, err := sameFile(f, active)
	if err == nil && same {
		err = fmt.Errorf("audit: %s was rotated meanwhile: %w", activeName, errMoved)
	}
	if err == nil {
		err = v.file(ctx, name, f, last)
	}
	return errors.Join(err, f.Close())
}

func sameFile(f, active *os.File) (bool, error) {
	if active == nil {
		return false, nil
	}
	a, err := f.Stat()
	if err != nil {
		return false, err
	}
	b, err := active.Stat()
	return err == nil && os.SameFile(a, b), err
}

// file reads one file; only in the last one may a write have broken off.
func (v *verifier) file(ctx context.Context, name string, f *os.File, last bool) error {
	v.chain.begin(name)
	v.lines.reset(contextReader{ctx, f})
	tail, err := v.chain.follow(v.lines)
	if err != nil {
		return fmt.Errorf("audit: read %s: %w", f.Name(), err)
	}
	if tail.size > 0 {
		v.chain.brokenOff(tail, last)
	}
	return nil
}

// checkHead reports what is wrong with the head file itself; what it names is an anchor like others.
func (v *verifier) checkHead(h headFile, present bool) {
	c := v.chain
	fault := func(kind Kind, format string, args ...any) {
		c.faultAt(Fault{File: headName, Kind: kind, Detail: fmt.Sprintf(format, args...)})
	}
	switch {
	case !present:
		fault(HeadFault, "the file is missing, so that it cannot be told what is missing at the end of the log")
	case h.forged > 0:
		fault(Forged, "%d of 2 slots were not written with this key", h.forged)
	case h.damaged == 0 && h.size == headSize:
	case h.found && h.damaged == 1 && h.size == headSize, !h.found && h.size <= headSize && c.report.Lines == 0:
		fault(Torn, "%d of 2 slots are damaged, as when a write breaks off", h.damaged)
	default:
		fault(HeadFault, "%d of 2 slots are damaged; the file has %d bytes and should have %d", h.damaged, h.size, headSize)
	}
}

func (v *verifier) report() Report {
	c := v.chain
	c.checkReached()
	r := c.report
	r.First, r.Last = c.first.anchor(), c.last.anchor()
	r.Authenticated = c.seal.keyed() && c.forged == 0
	return r
}
