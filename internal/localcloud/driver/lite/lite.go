//go:build linux

package lite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// Config is what a driver is made with.
type Config struct {
	// Dir holds one directory per machine. Required.
	Dir    string
	Logger *slog.Logger // nil = nothing is logged
}

// Driver runs machines. It is safe for concurrent use.
type Driver struct {
	dir    string
	logger *slog.Logger
	closed atomic.Bool

	mu      sync.Mutex
	running map[string]*machine
	locks   map[string]*sync.Mutex // one operation at a time on a machine
}

// New returns a driver over cfg.Dir. Machines of an earlier process have ended with it; their roots are found again.
func New(cfg Config) (*Driver, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of machines: %w", err)
	}
	return &Driver{dir: cfg.Dir, logger: cfg.Logger, running: map[string]*machine{}, locks: map[string]*sync.Mutex{}}, nil
}

// Name is "lite".
func (d *Driver) Name() string { return "lite" }

// Capabilities says what machines can do; users depend on who runs the daemon.
func (d *Driver) Capabilities() driver.Capabilities {
	notes := []string{
		"No systemd: units are not there, and the guest reports services as not installed.",
		"No way out to the network; only the metadata service and the AWS endpoint answer.",
		"No limit on disk, memory or processes.",
		"Shares the host's kernel and /usr: a sandbox for development, not for hostile code.",
	}
	if !manyIDs() {
		notes = append(notes, "One user id: root and ubuntu are the same, as the daemon runs without root.")
	}
	return driver.Capabilities{Exec: true, Users: manyIDs(), Metadata: true, Notes: notes}
}

// Create makes the machine's root.
func (d *Driver) Create(_ context.Context, m driver.Machine) error {
	defer d.lock(m.ID)()
	return createRoot(d.path(m.ID), m)
}

// Start boots the machine and runs the image's boot command in the background.
func (d *Driver) Start(ctx context.Context, id string, att driver.Attachments) error {
	defer d.lock(id)()
	if d.find(id) != nil {
		return nil
	}
	record, err := d.record(id)
	if err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	if err := d.start(ctx, id, record, att); err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	return nil
}

// start is called with the machine's lock held.
func (d *Driver) start(ctx context.Context, id string, r record, att driver.Attachments) error {
	if d.closed.Load() {
		return errors.New("the driver is closed")
	}
	m, err := boot(ctx, d.path(id), r, att)
	if err != nil {
		return err
	}
	d.set(id, m)
	go d.await(id, m, r, att)
	if len(r.Boot) > 0 {
		go d.bootCommand(id, m, r.Boot)
	}
	return nil
}

// await notices a machine's end, boots it again when it wants to reboot, and else tells that it ended by its own doing.
func (d *Driver) await(id string, m *machine, r record, att driver.Attachments) {
	how := m.wait()
	unlock := d.lock(id)
	if d.find(id) != m { // Stop, Destroy or Close came first
		unlock()
		return
	}
	d.set(id, nil)
	if how.reboot {
		d.logger.Info("a machine reboots", "instance", id)
		if how.err = d.start(context.Background(), id, r, att); how.err == nil {
			unlock()
			return
		}
	}
	unlock()
	if att.Exited != nil {
		att.Exited(how.err)
	}
}

func (d *Driver) bootCommand(id string, m *machine, argv []string) {
	result, err := m.exec(context.Background(), driver.Command{Argv: argv})
	if m.stopping.Load() {
		return
	}
	text := slices.Concat([]byte("boot: "+strings.Join(argv, " ")+"\n"), result.Stdout, result.Stderr)
	if err != nil {
		text = append(text, "boot command did not run: "+err.Error()...)
	} else {
		text = fmt.Appendf(text, "boot command ended with exit code %d\n", result.ExitCode)
	}
	if err := appendConsole(d.path(id), text); err != nil {
		d.logger.Error("write the console", "instance", id, "error", err)
	}
}

// Stop sends SIGTERM to every process and kills what is left after grace, which is 90 s at most.
func (d *Driver) Stop(ctx context.Context, id string, grace time.Duration) error {
	defer d.lock(id)()
	m := d.find(id)
	if m == nil {
		if _, err := d.record(id); err != nil {
			return fmt.Errorf("stop %s: %w", id, err)
		}
		return fmt.Errorf("stop %s: %w", id, driver.ErrNotRunning)
	}
	d.halt(ctx, id, m, grace)
	return nil
}

// halt is called with the machine's lock held.
func (d *Driver) halt(ctx context.Context, id string, m *machine, grace time.Duration) {
	m.stop(ctx, grace)
	d.set(id, nil)
}

// destroyGrace is short: a terminated machine's processes have nothing left to save.
const destroyGrace = 100 * time.Millisecond

// Destroy stops the machine and removes its root.
func (d *Driver) Destroy(ctx context.Context, id string) error {
	defer d.lock(id)()
	if m := d.find(id); m != nil {
		d.halt(ctx, id, m, destroyGrace)
	}
	if err := removeRoot(d.path(id)); err != nil {
		return fmt.Errorf("destroy %s: %w", id, err)
	}
	return nil
}

// Exec runs a command as root in the machine.
func (d *Driver) Exec(ctx context.Context, id string, cmd driver.Command) (driver.Result, error) {
	m := d.find(id)
	if m == nil {
		if _, err := d.record(id); err != nil {
			return driver.Result{}, fmt.Errorf("run a command in %s: %w", id, err)
		}
		return driver.Result{}, fmt.Errorf("run a command in %s: %w", id, driver.ErrNotRunning)
	}
	return m.exec(ctx, cmd)
}

// Console returns what boots printed.
func (d *Driver) Console(_ context.Context, id string) ([]byte, error) {
	if _, err := d.record(id); err != nil {
		return nil, fmt.Errorf("console of %s: %w", id, err)
	}
	return readConsole(d.path(id))
}

// Machines lists the ids that have a root.
func (d *Driver) Machines(context.Context) ([]string, error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if _, err := d.record(e.Name()); err == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// Close stops every machine at once; none boots any more.
func (d *Driver) Close() error {
	d.closed.Store(true)
	d.mu.Lock()
	ids := slices.Collect(maps.Keys(d.locks)) // also of machines that are just booting
	d.mu.Unlock()
	var stopping sync.WaitGroup
	for _, id := range ids {
		stopping.Go(func() {
			defer d.lock(id)()
			if m := d.find(id); m != nil {
				d.halt(context.Background(), id, m, destroyGrace)
			}
		})
	}
	stopping.Wait()
	return nil
}

func (d *Driver) path(id string) string { return filepath.Join(d.dir, filepath.Base(id)) }

func (d *Driver) find(id string) *machine {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.running[id]
}

// set says which machine runs under id; nil is none.
func (d *Driver) set(id string, m *machine) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m == nil {
		delete(d.running, id)
		return
	}
	d.running[id] = m
}

func (d *Driver) lock(id string) (unlock func()) {
	d.mu.Lock()
	l := d.locks[id]
	if l == nil {
		l = &sync.Mutex{}
		d.locks[id] = l
	}
	d.mu.Unlock()
	l.Lock()
	return l.Unlock
}

func (d *Driver) record(id string) (record, error) {
	raw, err := os.ReadFile(filepath.Join(d.path(id), recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, driver.ErrUnknownMachine
	}
	if err != nil {
		return record{}, err
	}
	var r record
	return r, json.Unmarshal(raw, &r)
}
