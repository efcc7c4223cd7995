package audit

import (
	"errors"
	"sync"
	"syscall"
	"testing"
)

var errCrash = errors.New("the process is dead")

// faultyDirectory is a real directory on a disk that ends after some writes. Full, it takes what fits and then says
// ENOSPC; crashing, it takes what fits and then nothing works any more, as if the process had died within that write.
type faultyDirectory struct {
	directory
	mu      sync.Mutex
	left    int // bytes that can be written; renaming and the like counts as one byte
	crash   bool
	dead    bool
	syncErr error
}

func faulty(t testing.TB, dir string, left int, crash bool) *faultyDirectory {
	t.Helper()
	d, err := lockDirectory(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &faultyDirectory{directory: d, left: left, crash: crash}
}

// spend takes up to want bytes and returns how many there were.
func (d *faultyDirectory) spend(want int) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return 0, errCrash
	}
	if want <= d.left {
		d.left -= want
		return want, nil
	}
	got := d.left
	d.left = 0
	if d.crash {
		d.dead = true
		return got, errCrash
	}
	return got, syscall.ENOSPC
}

func (d *faultyDirectory) refill(left int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = left
}

func (d *faultyDirectory) failSync(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncErr = err
}

// step is an operation that a crash may come before.
func (d *faultyDirectory) step() error {
	if !d.crash {
		return nil
	}
	_, err := d.spend(1)
	return err
}

func (d *faultyDirectory) open(name string, flag int) (file, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.directory.open(name, flag)
	if err != nil {
		return nil, err
	}
	return &faultyFile{file: f, dir: d}, nil
}

func (d *faultyDirectory) rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.directory.rename(from, to)
}

func (d *faultyDirectory) remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.directory.remove(name)
}

// sync costs no time: what survives here is the process's death, not the machine's.
func (d *faultyDirectory) sync() error { return d.step() }

type faultyFile struct {
	file
	dir *faultyDirectory
}

func (f *faultyFile) Write(p []byte) (int, error) {
	fits, err := f.dir.spend(len(p))
	n, failed := f.file.Write(p[:fits])
	return n, errors.Join(err, failed)
}

func (f *faultyFile) WriteAt(p []byte, at int64) (int, error) {
	if !f.dir.crash { // the blocks of the head are there already
		return f.file.WriteAt(p, at)
	}
	fits, err := f.dir.spend(len(p))
	n, failed := f.file.WriteAt(p[:fits], at)
	return n, errors.Join(err, failed)
}

func (f *faultyFile) Truncate(size int64) error {
	if err := f.dir.step(); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

func (f *faultyFile) Sync() error {
	f.dir.mu.Lock()
	defer f.dir.mu.Unlock()
	if f.dir.dead {
		return errCrash
	}
	return f.dir.syncErr
}
