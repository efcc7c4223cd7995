//go:build linux

package lite

import (
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
	if err := unix.Mount("tmpfs", staging, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755,size=1m"); err != nil {
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
	return nil
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
	for _, step := range []func(string) error{bindHost, bindOwn, mountProc, mountTemporary, mountDev} {
		if err := step(root); err != nil {
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

// bindHost shows the host's programs, read-only, with what the dynamic linker and TLS need of /etc.
func bindHost(root string) error {
	if err := bindReadOnly("/usr", filepath.Join(root, "usr")); err != nil {
		return err
	}
	for _, name := range hostDirs() {
		if info, err := os.Lstat("/" + name); err == nil && info.IsDir() {
			if err := bindReadOnly("/"+name, filepath.Join(root, name)); err != nil {
				return err
			}
		}
	}
	for _, path := range []string{"etc/ssl/certs", "etc/alternatives", "etc/ld.so.conf.d", "etc/ld.so.cache", "etc/ld.so.conf"} {
		if err := bindOptional(root, path); err != nil {
			return err
		}
	}
	return nil
}

func bindOptional(root, path string) error {
	info, err := os.Stat("/" + path)
	if err != nil {
		return nil //nolint:nilerr // this host has none
	}
	target := filepath.Join(root, path)
	if info.IsDir() {
		err = os.MkdirAll(target, 0o755)
	} else {
		var f *os.File
		if f, err = os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return err
	}
	return bindReadOnly("/"+path, target)
}

func bindReadOnly(source, target string) error {
	if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("show %s of the host: %w", source, err)
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(unix.AT_FDCWD, target, unix.AT_RECURSIVE, &attr); err != nil {
		return fmt.Errorf("make %s read-only (mount_setattr needs Linux 5.12): %w", source, err)
	}
	return nil
}

// bindOwn lays the machine's /usr/local and its sockets over the root.
func bindOwn(root string) error {
	local := filepath.Join(root, "usr/local")
	if _, err := os.Stat(local); err != nil {
		return fmt.Errorf("the host has no /usr/local to mount the machine's on: %w", err)
	}
	for source, target := range map[string]string{localDir: local, socketDir: filepath.Join(root, ".lite")} {
		if err := unix.Mount(filepath.Join(staging, source), target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind %s: %w", source, err)
		}
	}
	return nil
}

func mountProc(root string) error {
	if err := unix.Mount("proc", filepath.Join(root, "proc"), "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc (a container engine that masks /proc refuses this): %w", err)
	}
	return nil
}

func mountTemporary(root string) error {
	for path, options := range map[string]string{"run": "mode=0755", "tmp": "mode=1777"} {
		if err := unix.Mount("tmpfs", filepath.Join(root, path), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
			return fmt.Errorf("mount /%s: %w", path, err)
		}
	}
	return nil
}

// mountDev offers the harmless devices; a user namespace cannot make nodes, so the host's are bound.
func mountDev(root string) error {
	dev := filepath.Join(root, "dev")
	if err := unix.Mount("tmpfs", dev, "tmpfs", unix.MS_NOSUID, "mode=0755"); err != nil {
		return fmt.Errorf("mount /dev: %w", err)
	}
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
