package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Files of a state directory.
const (
	lockFile        = "lock"
	recordFile      = "daemon.json"
	socketFile      = "admin.sock"
	credentialsFile = "aws-credentials" // an AWS shared credentials file, profile Profile
	logFile         = "daemon.log"
)

// Profile is the name of the AWS profile in the directory's shared credentials file.
const Profile = "tropic-local"

// maxSocketPath is the longest path of a Unix socket on Linux, without its final zero (unix(7)).
const maxSocketPath = 107

// ErrNotRunning is returned when a directory has no daemon.
var ErrNotRunning = errors.New("the embedded cloud is not running")

// ErrAlreadyRunning is returned by Serve for a directory that has a daemon.
var ErrAlreadyRunning = errors.New("the embedded cloud is already running")

// Record says how to reach a directory's daemon. It holds no secret.
type Record struct {
	PID      int       `json:"pid"`
	Endpoint string    `json:"endpoint"`
	Driver   string    `json:"driver"`
	Limits   []string  `json:"limits"` // of the driver's instances, a sentence each
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
}

// LogPath is where a daemon of dir that runs in the background writes its log.
func LogPath(dir string) string { return filepath.Join(dir, logFile) }

// CredentialsPath is the AWS shared credentials file of dir's cloud.
func CredentialsPath(dir string) string { return filepath.Join(dir, credentialsFile) }

// lock takes the directory for one daemon; release ends that.
func lock(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w in %s; stop it with `tropic local down`, or choose another --dir", ErrAlreadyRunning, dir)
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return func() { _ = f.Close() }, nil
}

// running reports whether some process holds the directory's lock.
func running(dir string) (bool, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the lock of %s: %w", dir, err)
	}
	defer f.Close() //nolint:errcheck // read only
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	return errors.Is(err, unix.EWOULDBLOCK), nil
}

func writeRecord(dir string, r Record) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, recordFile), append(raw, '\n'))
}

func writeCredentials(dir, accessKeyID, secret string) error {
	text := fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", Profile, accessKeyID, secret)
	return replaceFile(CredentialsPath(dir), []byte(text))
}

// replaceFile is atomic, so that a reader never meets half a file.
func replaceFile(path string, content []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, content, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// Find returns the record of dir's daemon, or ErrNotRunning.
func Find(dir string) (Record, error) {
	alive, err := running(dir)
	if err != nil {
		return Record{}, err
	}
	if !alive {
		return Record{}, fmt.Errorf("%w in %s; start it with `tropic local up`", ErrNotRunning, dir)
	}
	raw, err := os.ReadFile(filepath.Join(dir, recordFile))
	if err != nil {
		return Record{}, fmt.Errorf("the embedded cloud in %s is starting or stopping: %w", dir, err)
	}
	var r Record
	if err := json.Unmarshal(raw, &r); err != nil {
		return Record{}, fmt.Errorf("read %s: %w", filepath.Join(dir, recordFile), err)
	}
	return r, nil
}
