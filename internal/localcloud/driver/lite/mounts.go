//go:build linux

package lite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// staging is where a machine's directories are put before its root is entered; nothing of the host is changed, since
// the mount namespace is the machine's own.
const staging = "/tmp"

// stageDirectories binds the directories of the working directory, the machine's, below a fresh tmpfs.
func stageDirectories() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	program, sharable, err := openProgram()
	if err != nil {
		return err
	}
	defer program.Close() //nolint:errcheck // read only
	if err := unix.Mount("tmpfs", staging, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount a staging directory: %w", err)
	}
	for _, name := range []string{rootDir, localDir, socketDir} {
		target := filepath.Join(staging, name)
		if err := os.Mkdir(target, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(name, target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind %s: %w", name, err)
		}
	}
	return stageProgram(program, sharable)
}

// enterRoot completes the root with what it shares with the host, and makes it the only root there is.
func enterRoot() error {
	root := filepath.Join(staging, rootDir)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	// A mount inherited from outside is locked; one on top of it is ours to pivot into.
	if err := unix.Mount(root, root, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind the root: %w", err)
	}
	dir, err := os.Open(root)
	if err != nil {
		return err
	}
	defer dir.Close() //nolint:errcheck // read only
	t := tree{dir}
	for _, step := range []func(tree) error{bindHost, bindOwn, mountProc, mountTemporary, mountDev} {
		if err := step(t); err != nil {
			return err
		}
	}
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot into the root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the host's root: %w", err)
	}
	return os.Chdir("/")
}

// tree is a root before it is entered. A machine that ran before may have put links anywhere in it; they are followed as
// the machine would follow them, never into the host's files.
type tree struct{ root *os.File }

func (t tree) open(path string) (*os.File, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS}
	fd, err := unix.Openat2(int(t.root.Fd()), path, &how)
	if err != nil {
		return nil, fmt.Errorf("the machine's root has no usable /%s to mount on: %w", path, err)
	}
	return os.NewFile(uintptr(fd), path), nil
}

func (t tree) mount(source, path, kind string, flags uintptr, options string) error {
	target, err := t.open(path)
	if err != nil {
		return err
	}
	defer target.Close() //nolint:errcheck // nothing was written
	if err := unix.Mount(source, descriptorPath(target.Fd()), kind, flags, options); err != nil {
		return fmt.Errorf("mount /%s: %w", path, err)
	}
	return nil
}

func (t tree) bindReadOnly(source, path string) error {
	if err := t.mount(source, path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("show %s of the host: %w", source, err)
	}
	mounted, err := t.open(path)
	if err != nil {
		return err
	}
	defer mounted.Close() //nolint:errcheck // nothing was written
	return makeReadOnly(int(mounted.Fd()), "", unix.AT_EMPTY_PATH)
}

// makeReadOnly changes the mount at path, and those below it.
func makeReadOnly(dir int, path string, flags uint) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(dir, path, flags|unix.AT_RECURSIVE, &attr); err != nil {
		return fmt.Errorf("make a mount read-only (mount_setattr needs Linux 5.12): %w", err)
	}
	return nil
}

// bindHost shows the host's programs, read-only, with what the dynamic linker and TLS need of /etc.
func bindHost(t tree) error {
	if err := t.bindReadOnly("/usr", "usr"); err != nil {
		return err
	}
	for _, name := range hostDirs() {
		if info, err := os.Lstat("/" + name); err == nil && info.IsDir() {
			if err := t.bindReadOnly("/"+name, name); err != nil {
				return err
			}
		}
	}
	for _, path := range sharedConfiguration() {
		err := t.bindReadOnly("/"+path, path)
		if gone := errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR); err != nil && !gone {
			return err // a machine may remove or replace its own /etc
		}
	}
	return nil
}

// bindOwn lays the machine's /usr/local and its sockets over the root. The sockets are read-only to the machine: it can
// connect to them, and not put something else in their place.
func bindOwn(t tree) error {
	if err := t.mount(filepath.Join(staging, localDir), "usr/local", "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("the machine's own /usr/local needs one on the host to be mounted on: %w", err)
	}
	return t.bindReadOnly(filepath.Join(staging, socketDir), ".lite")
}

func mountProc(t tree) error {
	if err := t.mount("proc", "proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("%w (a container engine that masks /proc refuses this)", err)
	}
	return nil
}

func mountTemporary(t tree) error {
	for path, options := range map[string]string{"run": "mode=0755", "tmp": "mode=1777"} {
		if err := t.mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
			return err
		}
	}
	return nil
}

// mountDev offers the harmless devices; a user namespace cannot make nodes, so the host's are bound.
func mountDev(t tree) error {
	if err := t.mount("tmpfs", "dev", "tmpfs", unix.MS_NOSUID, "mode=0755"); err != nil {
		return err
	}
	mounted, err := t.open("dev")
	if err != nil {
		return err
	}
	defer mounted.Close() //nolint:errcheck // read only
	dev := descriptorPath(mounted.Fd())
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		target := filepath.Join(dev, name)
		if err := os.WriteFile(target, nil, 0o666); err != nil {
			return err
		}
		if err := unix.Mount("/dev/"+name, target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind /dev/%s: %w", name, err)
		}
	}
	for _, dir := range []string{"pts", "shm"} {
		if err := os.Mkdir(filepath.Join(dev, dir), 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount("devpts", filepath.Join(dev, "pts"), "devpts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"); err != nil {
		return fmt.Errorf("mount /dev/pts: %w", err)
	}
	if err := unix.Mount("tmpfs", filepath.Join(dev, "shm"), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777"); err != nil {
		return fmt.Errorf("mount /dev/shm: %w", err)
	}
	for name, target := range map[string]string{
		"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx",
	} {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	return nil
}
