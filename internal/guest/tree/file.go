package tree

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// ErrTooLarge is returned by Read for a file above the caller's limit.
var ErrTooLarge = errors.New("file too large")

// Read returns a regular file of at most limit bytes, and what lstat says of it. Anything but a regular file is
// returned as its Entry alone, unread: the caller decides what a link or a pipe in that place means.
func (t *Tree) Read(name string, limit int64) ([]byte, Entry, error) {
	parent, base, err := t.openParent(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Entry{}, nil
	}
	if err != nil {
		return nil, Entry{}, err
	}
	defer closeFD(parent)
	entry, err := lstatAt(parent, base, name)
	if err != nil || entry.Kind != File {
		return nil, entry, err
	}
	return readAt(parent, base, name, limit)
}

// readAt opens without blocking, so that a pipe swapped in after the lstat cannot hold the machine's root up.
func readAt(parent int, base, name string, limit int64) ([]byte, Entry, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(parent, base, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, Entry{}, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	file := os.NewFile(uintptr(fd), name)
	defer file.Close() //nolint:errcheck // read only
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, Entry{}, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	entry := entryOf(&st)
	if entry.Kind != File {
		return nil, entry, nil
	}
	if entry.Size > limit {
		return nil, entry, &fs.PathError{Op: "read", Path: name, Err: ErrTooLarge}
	}
	content := make([]byte, entry.Size)
	n, err := io.ReadFull(file, content)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, entry, err
	}
	return content[:n], entry, nil
}

// Write makes name a file of that content, owner and mode. The old file, if any, stays whole until the new one is
// complete on disk, and for good when a step fails. A directory in its place is a *BlockedError; links, pipes and
// devices are replaced. The parent must exist.
func (t *Tree) Write(name string, content []byte, owner Owner, mode fs.FileMode) error {
	parent, base, err := t.openParent(name)
	if err != nil {
		return err
	}
	defer closeFD(parent)
	if entry, err := lstatAt(parent, base, name); err != nil {
		return err
	} else if entry.Kind == Directory {
		return &BlockedError{Path: name, Kind: Directory}
	}
	temporary, fd, err := t.createTemporary(parent, base, name)
	if err != nil {
		return err
	}
	if err := t.fill(fd, name, content, owner, mode); err != nil {
		t.discard(parent, temporary)
		return err
	}
	if err := t.step(OpRename, name, func() error { return unix.Renameat(parent, temporary, parent, base) }); err != nil {
		t.discard(parent, temporary)
		return err
	}
	return t.syncDir(parent, name)
}

// createTemporary creates the file that will take name's place, in the same directory. Its name depends on base
// alone, so that one left by a killed run is found again; only when something that cannot be unlinked sits there
// (a directory the agent made) is the name random.
func (t *Tree) createTemporary(parent int, base, name string) (temporary string, fd int, err error) {
	create := func(candidate string) error {
		return t.step(OpCreate, name, func() (err error) {
			fd, err = unix.Openat(parent, candidate,
				unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
			return err
		})
	}
	temporary = temporaryName(base)
	if err = create(temporary); !errors.Is(err, fs.ErrExist) {
		return temporary, fd, err
	}
	if unix.Unlinkat(parent, temporary, 0) != nil {
		temporary = ".tropic-" + rand.Text() + ".tmp"
	}
	err = create(temporary)
	return temporary, fd, err
}

// fill writes, hands over and syncs a new file, and closes it in any case.
func (t *Tree) fill(fd int, name string, content []byte, owner Owner, mode fs.FileMode) error {
	file := os.NewFile(uintptr(fd), name)
	err := t.step(OpWrite, name, func() error {
		_, err := file.Write(content)
		return err
	})
	if err == nil {
		_, err = t.own(fd, name, owner, mode)
	}
	if err == nil {
		err = t.step(OpSync, name, file.Sync)
	}
	return errors.Join(err, file.Close())
}

// discard drops a temporary file after a failed step; the failure that led here is the one to report.
func (t *Tree) discard(parent int, temporary string) { _ = unix.Unlinkat(parent, temporary, 0) }

func temporaryName(base string) string {
	sum := sha256.Sum256([]byte(base)) // a hash, because base may already be as long as a name can be
	return ".tropic-" + hex.EncodeToString(sum[:8]) + ".tmp"
}

// Remove unlinks a file, link or pipe, and reports whether there was one. A directory in its place is a *BlockedError.
func (t *Tree) Remove(name string) (bool, error) {
	parent, base, err := t.openParent(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer closeFD(parent)
	entry, err := lstatAt(parent, base, name)
	switch {
	case err != nil || entry.Kind == Absent:
		return false, err
	case entry.Kind == Directory:
		return false, &BlockedError{Path: name, Kind: Directory}
	}
	if err := t.step(OpUnlink, name, func() error { return unix.Unlinkat(parent, base, 0) }); err != nil {
		return false, err
	}
	return true, t.syncDir(parent, name)
}

// Sweep removes the temporary file that a killed write of name left, if any.
func (t *Tree) Sweep(name string) error {
	_, err := t.Remove(path.Join(path.Dir(name), temporaryName(path.Base(name))))
	var blocked *BlockedError
	if errors.As(err, &blocked) {
		return nil // not a file of ours
	}
	return err
}
