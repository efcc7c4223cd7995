// Package tree changes files as root in directories that another user controls.
//
// A path is walked one component at a time from a trusted directory, each opened relative to the one before with
// O_NOFOLLOW: a symbolic link planted anywhere on the way is never followed, and a parent that is swapped meanwhile
// moves the change with it, not to where its old name points now. Owner and mode are set through open descriptors,
// never by name. A file is replaced, never changed in place, so that a hard link to it cannot lend its rights.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Owner is who a file belongs to.
type Owner struct{ UID, GID int }

// Kind is what lies at a path.
type Kind int

// Kinds. Other is a device, socket or pipe.
const (
	Absent Kind = iota
	File
	Directory
	Link
	Other
)

func (k Kind) String() string {
	return [...]string{"nothing", "a file", "a directory", "a symbolic link", "a device, socket or pipe"}[k]
}

// Entry is what lstat says of a path; the zero Entry is an absent one.
type Entry struct {
	Kind  Kind
	Owner Owner
	Mode  fs.FileMode // permission, set-id and sticky bits as in chmod(2), no type
	Size  int64
	Links uint64
}

// BlockedError says that something of the wrong kind lies where a file or directory has to be.
type BlockedError struct {
	Path string
	Kind Kind
}

func (e *BlockedError) Error() string { return fmt.Sprintf("%s is %s and in the way", e.Path, e.Kind) }

// Op names a step that changes the disk, for fault plans.
type Op string

// The steps, in the order in which a write takes them.
const (
	OpMkdir   Op = "mkdir"
	OpChown   Op = "chown"
	OpChmod   Op = "chmod"
	OpCreate  Op = "create"
	OpWrite   Op = "write"
	OpSync    Op = "sync"
	OpRename  Op = "rename"
	OpSyncDir Op = "syncdir"
	OpUnlink  Op = "unlink"
	OpRmdir   Op = "rmdir"
)

// Tree is a file tree below a trusted directory. Paths are absolute within it, as in "/home/ubuntu". Methods are safe
// for concurrent use, except that two writers of one path may fail each other.
type Tree struct {
	root int
	// Before, when set, is called before every step that changes the disk; an error stands for the step's failure.
	Before func(op Op, path string) error
}

// Open returns the tree below root, which is trusted: links in root itself are followed. "/" is the machine.
func Open(root string) (*Tree, error) {
	fd, err := unix.Open(root, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: root, Err: err}
	}
	return &Tree{root: fd}, nil
}

// Close releases the trusted directory.
func (t *Tree) Close() error { return unix.Close(t.root) }

// Lstat says what lies at name. An absent name, or one below an absent directory, is the zero Entry; one below a
// link or a file is a *BlockedError.
func (t *Tree) Lstat(name string) (Entry, error) {
	parent, base, err := t.openParent(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, nil
	}
	if err != nil {
		return Entry{}, err
	}
	defer closeFD(parent)
	return lstatAt(parent, base, name)
}

// openParent opens the directory that holds name and returns name's last component.
func (t *Tree) openParent(name string) (fd int, base string, err error) {
	components, err := split(name)
	if err != nil {
		return -1, "", err
	}
	last := len(components) - 1
	fd, err = t.walk(components[:last])
	return fd, components[last], err
}

// openDir opens a directory.
func (t *Tree) openDir(name string) (int, error) {
	components, err := split(name)
	if err != nil {
		return -1, err
	}
	return t.walk(components)
}

func (t *Tree) walk(components []string) (int, error) {
	fd, err := unix.FcntlInt(uintptr(t.root), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return -1, &fs.PathError{Op: "dup", Path: "/", Err: err}
	}
	for i, component := range components {
		next, err := openDirAt(fd, component, "/"+strings.Join(components[:i+1], "/"))
		closeFD(fd)
		if err != nil {
			return -1, err
		}
		fd = next
	}
	return fd, nil
}

func openDirAt(parent int, base, name string) (int, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(parent, base, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if err == nil {
		return fd, nil
	}
	// ENOTDIR for a link or a file, ELOOP for a link on some systems.
	if errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) {
		if entry, statErr := lstatAt(parent, base, name); statErr == nil && entry.Kind != Directory && entry.Kind != Absent {
			return -1, &BlockedError{Path: name, Kind: entry.Kind}
		}
	}
	return -1, &fs.PathError{Op: "open", Path: name, Err: err}
}

func lstatAt(parent int, base, name string) (Entry, error) {
	var st unix.Stat_t
	err := unix.Fstatat(parent, base, &st, unix.AT_SYMLINK_NOFOLLOW)
	if errors.Is(err, unix.ENOENT) {
		return Entry{}, nil
	}
	if err != nil {
		return Entry{}, &fs.PathError{Op: "lstat", Path: name, Err: err}
	}
	return entryOf(&st), nil
}

func entryOf(st *unix.Stat_t) Entry {
	entry := Entry{
		Kind: Other, Owner: Owner{UID: int(st.Uid), GID: int(st.Gid)},
		Mode: fs.FileMode(uint32(st.Mode) & 0o7777), Size: st.Size, //nolint:unconvert // uint16 on Darwin
		Links: uint64(st.Nlink), //nolint:unconvert // uint16 on Darwin
	}
	switch uint32(st.Mode) & unix.S_IFMT { //nolint:unconvert // uint16 on Darwin
	case unix.S_IFREG:
		entry.Kind = File
	case unix.S_IFDIR:
		entry.Kind = Directory
	case unix.S_IFLNK:
		entry.Kind = Link
	}
	return entry
}

// split refuses every path that is not absolute and clean, so that no ".." ever reaches the kernel.
func split(name string) ([]string, error) {
	if !strings.HasPrefix(name, "/") || path.Clean(name) != name || name == "/" || strings.ContainsRune(name, 0) {
		return nil, &fs.PathError{Op: "walk", Path: name, Err: fs.ErrInvalid}
	}
	components := strings.Split(name[1:], "/")
	if slices.Contains(components, "..") {
		return nil, &fs.PathError{Op: "walk", Path: name, Err: fs.ErrInvalid}
	}
	return components, nil
}

// step runs one change of the disk, after asking Before.
func (t *Tree) step(op Op, name string, change func() error) error {
	if t.Before != nil {
		if err := t.Before(op, name); err != nil {
			return &fs.PathError{Op: string(op), Path: name, Err: err}
		}
	}
	_, err := retry(func() (struct{}, error) { return struct{}{}, change() })
	if err != nil {
		return &fs.PathError{Op: string(op), Path: name, Err: err}
	}
	return nil
}

// retry repeats a system call that a signal interrupted.
func retry[T any](call func() (T, error)) (T, error) {
	for {
		out, err := call()
		if !errors.Is(err, unix.EINTR) {
			return out, err
		}
	}
}

// closeFD drops a descriptor that was only read or was synced before: its close has nothing left to say.
func closeFD(fd int) { _ = unix.Close(fd) }
