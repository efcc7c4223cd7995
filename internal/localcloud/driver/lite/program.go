//go:build linux

package lite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// programFile is this program as a machine's processes run it, below staging.
const programFile = "program"

// runnable is what the mapped ids, strangers to the file's owner, need.
const runnable = 0o005

func stagedProgram() string { return filepath.Join(staging, programFile) }

// openProgram opens the file this process was made from, or its copy-to-be when no path leads to it any more or the
// mapped ids could not run it. It must be called before staging covers paths.
func openProgram() (file *os.File, sharable bool, err error) {
	running, err := os.Open("/proc/self/exe")
	if err != nil {
		return nil, false, fmt.Errorf("open the driver's own program: %w", err)
	}
	path, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return nil, false, errors.Join(err, running.Close())
	}
	was, err := running.Stat()
	if err != nil {
		return nil, false, errors.Join(err, running.Close())
	}
	if was.Mode()&runnable != runnable {
		return running, false, nil
	}
	here, err := os.Open(path)
	if err != nil {
		return running, false, nil //nolint:nilerr // a new build removed it
	}
	if is, err := here.Stat(); err != nil || !os.SameFile(was, is) {
		return running, false, here.Close()
	}
	return here, true, running.Close()
}

// stageProgram shows the program read-only. Every process has a link to its program in /proc, through which a machine
// without ids of its own could otherwise change the mode, and in time the content, of the file on the host.
func stageProgram(program *os.File, sharable bool) error {
	target := stagedProgram()
	copied, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	source := descriptorPath(program.Fd())
	if !sharable {
		source = target
		if _, err := io.Copy(copied, program); err != nil {
			return errors.Join(fmt.Errorf("copy the driver's own program: %w", err), copied.Close())
		}
	}
	if err := copied.Close(); err != nil {
		return err
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind the driver's own program: %w", err)
	}
	return makeReadOnly(unix.AT_FDCWD, target, 0)
}

func descriptorPath(fd uintptr) string { return fmt.Sprintf("/proc/self/fd/%d", fd) }
