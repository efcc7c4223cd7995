package tree

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// MakeDir makes name a directory of that owner and mode, whatever it was before, and reports whether it had to change
// anything. Its parent must exist. A link in its place holds no data and is removed; a file is a *BlockedError.
func (t *Tree) MakeDir(name string, owner Owner, mode fs.FileMode) (bool, error) {
	parent, base, err := t.openParent(name)
	if err != nil {
		return false, err
	}
	defer closeFD(parent)
	made, err := t.ensureDirAt(parent, base, name)
	if err != nil {
		return false, err
	}
	fd, err := openDirAt(parent, base, name)
	if err != nil {
		return made, err
	}
	defer closeFD(fd)
	repaired, err := t.own(fd, name, owner, mode)
	return made || repaired, err
}

func (t *Tree) ensureDirAt(parent int, base, name string) (made bool, err error) {
	entry, err := lstatAt(parent, base, name)
	if err != nil {
		return false, err
	}
	switch entry.Kind {
	case Directory:
		return false, nil
	case Link:
		if err := t.step(OpUnlink, name, func() error { return unix.Unlinkat(parent, base, 0) }); err != nil {
			return false, err
		}
	case File, Other:
		return false, &BlockedError{Path: name, Kind: entry.Kind}
	case Absent:
	}
	// 0700 until the owner is right.
	err = t.step(OpMkdir, name, func() error { return unix.Mkdirat(parent, base, 0o700) })
	if errors.Is(err, fs.ErrExist) {
		return false, nil // another run made it meanwhile; opening it tells whether it is a directory
	}
	if err != nil {
		return false, err
	}
	return true, t.syncDir(parent, name)
}

// own sets owner and mode through a descriptor. The owner comes first: chown clears set-id bits.
func (t *Tree) own(fd int, name string, owner Owner, mode fs.FileMode) (changed bool, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return false, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	have := entryOf(&st)
	if have.Owner != owner {
		changed = true
		if err := t.step(OpChown, name, func() error { return unix.Fchown(fd, owner.UID, owner.GID) }); err != nil {
			return changed, err
		}
	}
	if have.Mode != mode {
		changed = true
		if err := t.step(OpChmod, name, func() error { return unix.Fchmod(fd, uint32(mode)) }); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// Prune removes a directory when it is empty, and reports whether it did. What is absent or not empty is left alone.
func (t *Tree) Prune(name string) (bool, error) {
	parent, base, err := t.openParent(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer closeFD(parent)
	err = t.step(OpRmdir, name, func() error { return unix.Unlinkat(parent, base, unix.AT_REMOVEDIR) })
	switch {
	case errors.Is(err, unix.ENOTEMPTY), errors.Is(err, unix.EEXIST), errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, t.syncDir(parent, name)
}

func (t *Tree) syncDir(fd int, name string) error {
	return t.step(OpSyncDir, name, func() error { return unix.Fsync(fd) })
}
