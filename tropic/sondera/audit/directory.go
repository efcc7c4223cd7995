package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// directory is what the log needs of the file system. Names are plain names within it.
type directory interface {
	open(name string, flag int) (file, error)
	rename(from, to string) error
	remove(name string) error
	list() ([]string, error)
	sync() error // makes names durable
	close() error
}

// file is what the log needs of an open file.
type file interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// lockedDirectory is the directory of a log that this process alone writes.
type lockedDirectory struct {
	root *os.Root
	lock *os.File
	mode fs.FileMode
	gid  int // -1 leaves the group as it is
}

// lockDirectory opens the directory, makes it if only its last part is missing, and locks it.
func lockDirectory(path string, gid *int) (*lockedDirectory, error) {
	d := &lockedDirectory{mode: 0o600, gid: -1}
	if gid != nil {
		d.mode, d.gid = 0o640, *gid
	}
	if err := d.makeRoot(path); err != nil {
		return nil, err
	}
	lock, err := d.openFile(lockName, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	if err := lockFile(lock); err != nil {
		return nil, errors.Join(fmt.Errorf("audit: lock %s: %w", lock.Name(), err), lock.Close(), d.root.Close())
	}
	d.lock = lock
	return d, nil
}

func (d *lockedDirectory) makeRoot(path string) error {
	mode := fs.FileMode(0o700)
	if d.gid >= 0 {
		mode = 0o750
	}
	err := os.Mkdir(path, mode) //nolint:gosec // G703: where the log is, is for the caller to say
	made := err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("audit: make the log's directory: %w", err)
	}
	if d.root, err = openRoot(path); err != nil {
		return err
	}
	if made && d.gid >= 0 {
		if err := d.root.Chown(".", -1, d.gid); err != nil {
			return errors.Join(fmt.Errorf("audit: give the log's directory to its group: %w", err), d.root.Close())
		}
	}
	return nil
}

// openRoot opens a directory that is no symbolic link, not even one that takes its place meanwhile.
func openRoot(path string) (*os.Root, error) {
	before, err := os.Lstat(path) //nolint:gosec // G703: as above
	if err != nil {
		return nil, fmt.Errorf("audit: open the log's directory: %w", err)
	}
	if !before.IsDir() {
		return nil, fmt.Errorf("audit: open the log's directory: %s is %s, not a directory (symbolic links are not followed)",
			path, describe(before.Mode()))
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("audit: open the log's directory: %w", err)
	}
	opened, err := root.Stat(".")
	if err == nil && !os.SameFile(before, opened) {
		err = fmt.Errorf("%s was replaced while it was opened", path)
	}
	if err == nil && opened.Mode().Perm()&0o002 != 0 && opened.Mode()&fs.ModeSticky == 0 {
		err = fmt.Errorf("everybody may write in %s; take that right away (chmod o-w)", path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit: open the log's directory: %w", err), root.Close())
	}
	return root, nil
}

func (d *lockedDirectory) open(name string, flag int) (file, error) {
	f, err := d.openFile(name, flag)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// openFile opens a regular file of the log and gives it the log's mode and group.
func (d *lockedDirectory) openFile(name string, flag int) (*os.File, error) {
	f, err := openRegular(d.root, name, flag, d.mode)
	if err != nil {
		return nil, err
	}
	if d.gid >= 0 {
		err = f.Chown(-1, d.gid)
	}
	if err == nil {
		err = f.Chmod(d.mode)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit: set mode and group of %s: %w", f.Name(), err), f.Close())
	}
	return f, nil
}

// openRegular opens a regular file by its own name: it follows no symbolic link and waits for no pipe.
func openRegular(root *os.Root, name string, flag int, mode fs.FileMode) (*os.File, error) {
	before, err := root.Lstat(name)
	if err == nil && !before.Mode().IsRegular() {
		return nil, fmt.Errorf("audit: open %s: it is %s, not a regular file; move it away", name, describe(before.Mode()))
	}
	f, err := root.OpenFile(name, flag, mode)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	named, err := root.Lstat(name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("audit: %w", err), f.Close())
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(named, opened) {
		err = fmt.Errorf("audit: open %s: it was replaced meanwhile: %w", f.Name(), errMoved)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// errMoved says that the files of the log changed places while they were opened.
var errMoved = errors.New("the log has moved on")

func describe(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a regular file"
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	}
	return "a special file"
}

func (d *lockedDirectory) rename(from, to string) error {
	if _, err := d.root.Lstat(to); err == nil { // rename(2) would replace it
		return fmt.Errorf("audit: rename %s to %s: %w", from, to, fs.ErrExist)
	}
	return d.root.Rename(from, to)
}

func (d *lockedDirectory) remove(name string) error { return d.root.Remove(name) }

func (d *lockedDirectory) list() ([]string, error) { return listNames(d.root) }

func listNames(root *os.Root) ([]string, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	names, err := dir.Readdirnames(-1)
	return names, errors.Join(err, dir.Close())
}

func (d *lockedDirectory) sync() error {
	dir, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (d *lockedDirectory) close() error {
	return errors.Join(unlockFile(d.lock), d.root.Close())
}
