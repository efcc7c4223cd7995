// Package driver is the contract between the embedded cloud and whatever really runs its instances.
//
// The cloud keeps the records (ids, states, tags, security groups); a driver gives an instance a body: a root file
// system, a network identity and processes. A driver never decides an EC2 state; it does what it is told and reports
// when a machine ends by itself.
package driver

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"time"
)

// ErrNotRunning is returned by Exec and Stop for a machine that is not running.
var ErrNotRunning = errors.New("machine is not running")

// ErrUnknownMachine is returned for an id that Create never saw, or that Destroy removed.
var ErrUnknownMachine = errors.New("unknown machine")

// ErrNotSupported is returned by a driver that cannot do what is asked at all, such as Exec on driver none.
var ErrNotSupported = errors.New("not supported by this driver")

// Driver runs machines. All methods are safe for concurrent use; calls for one machine are serialised by the driver.
type Driver interface {
	// Name is what the instance tag tropic:local-driver says: "lite" or "none".
	Name() string

	// Capabilities states what machines of this driver really do, for status output and for skipping tests visibly.
	Capabilities() Capabilities

	// Create makes the machine's private root from its image. It is idempotent: an existing machine is left as it is.
	Create(ctx context.Context, m Machine) error

	// Start boots the machine and returns when it accepts Exec. It is idempotent on a running machine.
	Start(ctx context.Context, id string, att Attachments) error

	// Stop asks the machine's processes to end, and kills what is left after grace, which a driver may cap (lite: 90 s). The
	// root file system stays.
	Stop(ctx context.Context, id string, grace time.Duration) error

	// Destroy stops the machine and removes its root file system. It is idempotent, also for unknown ids.
	Destroy(ctx context.Context, id string) error

	// Exec runs a command as the machine's root user. A command that ran has a nil error, whatever its exit code.
	Exec(ctx context.Context, id string, cmd Command) (Result, error)

	// Console returns the tail of what the machine's boot and boot commands printed, at most 64 KiB (as GetConsoleOutput).
	Console(ctx context.Context, id string) ([]byte, error)

	// Machines lists the ids that have a root file system, so that a restarted cloud can reconcile its records.
	Machines(ctx context.Context) ([]string, error)

	// Close stops every machine and releases what the driver holds. Root file systems stay.
	Close() error
}

// Capabilities says what a driver's machines can do. The zero value is driver none.
type Capabilities struct {
	Exec     bool // commands run
	Users    bool // more than one uid inside, so a real `ubuntu` user with files of its own
	Systemd  bool // systemd as PID 1
	Outbound bool // the internet is reachable from inside
	Metadata bool // IMDS answers on 169.254.169.254
	// Notes are sentences for people: each limit that a user of this driver should know.
	Notes []string
}

// Machine is what Create needs to know about an instance.
type Machine struct {
	ID            string // EC2 instance id
	Hostname      string // EC2's private DNS host name, such as ip-172-31-4-9
	Image         Image
	AuthorizedKey string // OpenSSH public key line of the key pair, or empty; placed for user ubuntu as cloud-init does
	UserData      []byte // kept for IMDS; not executed by lite
}

// Image is what a machine's root starts from: files over a base system the driver provides.
type Image struct {
	Name string
	// Files are installed at Create, owned by root.
	Files []File
	// Boot is a command run as root at every boot after metadata answers, as a systemd oneshot unit would be; nil = none.
	// Its output goes to the console. A failing boot command does not stop the machine.
	Boot []string
}

// File is one file of an image.
type File struct {
	Source string // path on the host; used when Content is nil
	// Content is used instead of Source when not nil.
	Content []byte
	Target  string // absolute path inside the machine
	Mode    fs.FileMode
}

// Attachments connect a booting machine to its surroundings. They live until the machine stops.
type Attachments struct {
	// Metadata serves IMDS for this machine alone: the driver makes it reachable on http://169.254.169.254 inside.
	Metadata http.Handler
	// API serves the cloud's AWS endpoint: the driver makes it reachable inside and sets AWS_ENDPOINT_URL for every process.
	API http.Handler
	// Exited is called once, from another goroutine, when the machine ends by itself (power off or crash), not on Stop. A
	// machine that reboots is booted again by the driver, and Exited is not called.
	Exited func(err error)
}

// Command is one execution inside a machine.
type Command struct {
	Argv    []string
	Env     map[string]string // added to the machine's environment
	Dir     string            // default /
	Stdin   []byte
	Timeout time.Duration // 0 = none; on expiry everything the command started is killed and Result.TimedOut is set
	// MaxStdout and MaxStderr cap what is kept, in bytes; what exceeds them is drained and dropped. 0 = 1 MiB.
	MaxStdout, MaxStderr int
}

// Result is how a command ended.
type Result struct {
	ExitCode                         int // 128+signal when killed by a signal
	Stdout, Stderr                   []byte
	StdoutTruncated, StderrTruncated bool
	TimedOut                         bool
	Started, Ended                   time.Time
}
