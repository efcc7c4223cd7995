//go:build linux

package lite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// What a machine's directory holds.
const (
	rootDir     = "root"         // the persistent root
	localDir    = "local"        // its /usr/local
	socketDir   = "run"          // its sockets to the daemon
	recordFile  = "machine.json" // written last: a root without it is unfinished
	consoleFile = "console.log"
)

// idBase is where a root host's machines have their ids, and idCount how many.
const (
	idBase   = 100_000
	idCount  = 65_536
	ubuntuID = 1000
)

// record is what starting a machine needs to know.
type record struct {
	ID       string   `json:"id"`
	Hostname string   `json:"hostname"`
	Boot     []string `json:"boot,omitempty"`
}

// manyIDs reports whether machines have more than one id: only root may map several without helpers.
func manyIDs() bool { return os.Geteuid() == 0 }

// createRoot makes the root in dir, unless a finished one is there. An unfinished one is made anew.
func createRoot(dir string, m driver.Machine) error {
	if _, err := os.Stat(filepath.Join(dir, recordFile)); err == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	b := builder{root: filepath.Join(dir, rootDir), local: filepath.Join(dir, localDir)}
	for _, path := range []string{b.root, b.local, filepath.Join(dir, socketDir)} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		if err := own(path, 0); err != nil {
			return err
		}
	}
	if err := b.build(m); err != nil {
		return fmt.Errorf("make the root of %s: %w", m.ID, err)
	}
	raw, err := json.Marshal(record{ID: m.ID, Hostname: m.Hostname, Boot: m.Image.Boot})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, recordFile), raw, 0o600)
}

// removeRoot removes a machine's directory. An ordinary user's machine may have left directories that their owner cannot
// list; the host's root is not stopped by modes.
func removeRoot(dir string) error {
	err := os.RemoveAll(dir)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // read only
	if err := unlockDirectories(root, "."); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// unlockDirectories makes every directory below path its owner's to change. It follows no link.
func unlockDirectories(root *os.Root, path string) error {
	if err := root.Chmod(path, 0o700); err != nil {
		return err
	}
	entries, err := fs.ReadDir(root.FS(), path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := unlockDirectories(root, filepath.Join(path, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// own gives path to an id of the machine; with one id everything is the daemon's user already.
func own(path string, id int) error {
	if !manyIDs() {
		return nil
	}
	return os.Lchown(path, idBase+id, idBase+id)
}

type builder struct{ root, local string }

func (b builder) build(m driver.Machine) error {
	for _, dir := range []struct {
		path string
		mode fs.FileMode
		id   int
	}{
		{"dev", 0o755, 0},
		{"etc", 0o755, 0},
		{"home", 0o755, 0},
		{"home/ubuntu", 0o750, ubuntuID},
		{"opt", 0o755, 0},
		{"proc", 0o755, 0},
		{"root", 0o700, 0},
		{"run", 0o755, 0},
		{"sys", 0o755, 0},
		{"tmp", 0o1777, 0},
		{"usr", 0o755, 0},
		{"var", 0o755, 0},
		{"var/lib", 0o755, 0},
		{"var/log", 0o755, 0},
		{"var/tmp", 0o1777, 0},
		{"mnt", 0o755, 0},
		{".lite", 0o700, 0},
	} {
		if err := b.mkdir(filepath.Join(b.root, dir.path), dir.mode, dir.id); err != nil {
			return err
		}
	}
	for _, dir := range []string{"bin", "sbin", "lib", "share"} {
		if err := b.mkdir(filepath.Join(b.local, dir), 0o755, 0); err != nil {
			return err
		}
	}
	if err := errors.Join(b.links(), b.shared(), b.etc(m), b.power(), b.authorize(m.AuthorizedKey)); err != nil {
		return err
	}
	for _, f := range m.Image.Files {
		if err := b.install(f); err != nil {
			return err
		}
	}
	return nil
}

func (b builder) mkdir(path string, mode fs.FileMode, id int) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	unixMode := mode & fs.ModePerm
	if mode&0o1000 != 0 {
		unixMode |= fs.ModeSticky
	}
	return errors.Join(os.Chmod(path, unixMode), own(path, id))
}

func (b builder) write(path string, content []byte, mode fs.FileMode, id int) error {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	return errors.Join(os.Chmod(path, mode), own(path, id))
}

// links makes /bin and the like what they are on the host: links into /usr, or empty directories for init to mount on.
func (b builder) links() error {
	for _, name := range hostDirs() {
		target, err := os.Readlink("/" + name)
		path := filepath.Join(b.root, name)
		if err != nil {
			err = b.mkdir(path, 0o755, 0)
		} else {
			err = errors.Join(os.Symlink(target, path), own(path, 0))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hostDirs are the directories beside /usr that programs need, as far as the host has them.
func hostDirs() []string {
	var out []string
	for _, name := range []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		if _, err := os.Lstat("/" + name); err == nil {
			out = append(out, name)
		}
	}
	return out
}

// sharedConfiguration is what programs need of the host's /etc, as far as the host has it: no secrets are in it.
func sharedConfiguration() []string {
	var out []string
	for _, path := range []string{"etc/ssl/certs", "etc/alternatives", "etc/ld.so.conf.d", "etc/ld.so.cache", "etc/ld.so.conf"} {
		if _, err := os.Stat("/" + path); err == nil {
			out = append(out, path)
		}
	}
	return out
}

// shared makes what sharedConfiguration is mounted on.
func (b builder) shared() error {
	for _, path := range sharedConfiguration() {
		info, err := os.Stat("/" + path)
		if err != nil {
			return err
		}
		target := filepath.Join(b.root, path)
		if !info.IsDir() {
			err = b.write(target, nil, 0o644, 0)
		} else if err = b.mkdir(filepath.Dir(target), 0o755, 0); err == nil {
			err = b.mkdir(target, 0o755, 0)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b builder) authorize(key string) error {
	if key == "" {
		return nil
	}
	dir := filepath.Join(b.root, "home/ubuntu/.ssh")
	return errors.Join(
		b.mkdir(dir, 0o700, ubuntuID),
		b.write(filepath.Join(dir, "authorized_keys"), []byte(key+"\n"), 0o600, ubuntuID))
}

// install puts one file of the image in its place; /usr/local is kept apart from the root.
func (b builder) install(f driver.File) error {
	target := filepath.Join(b.root, filepath.Clean("/"+f.Target))
	if rel, err := filepath.Rel("/usr/local", filepath.Clean(f.Target)); err == nil && filepath.IsLocal(rel) {
		target = filepath.Join(b.local, rel)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if err := own(filepath.Dir(target), 0); err != nil {
		return err
	}
	content := f.Content
	if content == nil {
		in, err := os.Open(f.Source)
		if err != nil {
			return fmt.Errorf("file of the image: %w", err)
		}
		defer in.Close() //nolint:errcheck // read only
		if content, err = io.ReadAll(in); err != nil {
			return err
		}
	}
	return b.write(target, content, f.Mode, 0)
}
