package tree

import (
	"context"
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Lock takes an exclusive lock on a file, which it creates when absent, and waits for it until ctx is done. The kernel
// releases the lock when the process ends, however it ends.
func (t *Tree) Lock(ctx context.Context, name string) (unlock func(), err error) {
	parent, base, err := t.openParent(name)
	if err != nil {
		return nil, err
	}
	defer closeFD(parent)
	fd, err := retry(func() (int, error) {
		return unix.Openat(parent, base, unix.O_RDWR|unix.O_CREAT|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	locked := make(chan error, 1)
	go func() {
		_, err := retry(func() (struct{}, error) { return struct{}{}, unix.Flock(fd, unix.LOCK_EX) })
		locked <- err
	}()
	select {
	case err := <-locked:
		if err != nil {
			return nil, errors.Join(&fs.PathError{Op: "lock", Path: name, Err: err}, unix.Close(fd))
		}
		return func() { closeFD(fd) }, nil
	case <-ctx.Done():
		go func() { // gives the lock back when it comes after all
			<-locked //nolint:errcheck // nobody waits for the result any more
			closeFD(fd)
		}()
		return nil, context.Cause(ctx)
	}
}
