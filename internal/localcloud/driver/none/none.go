// Package none is the driver of machines that are records only: they start and stop, and nothing runs in them.
package none

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// Driver keeps which machines exist and run. It is safe for concurrent use.
type Driver struct {
	mu       sync.Mutex
	machines map[string]bool // id to running
}

// New returns a driver without machines. Machines do not outlive the process: the cloud creates them again.
func New() *Driver { return &Driver{machines: map[string]bool{}} }

// Name is "none".
func (d *Driver) Name() string { return "none" }

// Capabilities says that machines can do nothing.
func (d *Driver) Capabilities() driver.Capabilities {
	return driver.Capabilities{Notes: []string{"Instances are records: no command runs, and Systems Manager says that they are not connected."}}
}

// Create records the machine.
func (d *Driver) Create(_ context.Context, m driver.Machine) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, found := d.machines[m.ID]; !found {
		d.machines[m.ID] = false
	}
	return nil
}

// Start records that the machine runs.
func (d *Driver) Start(_ context.Context, id string, _ driver.Attachments) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, found := d.machines[id]; !found {
		return fmt.Errorf("start %s: %w", id, driver.ErrUnknownMachine)
	}
	d.machines[id] = true
	return nil
}

// Stop records that the machine does not run.
func (d *Driver) Stop(_ context.Context, id string, _ time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	running, found := d.machines[id]
	switch {
	case !found:
		return fmt.Errorf("stop %s: %w", id, driver.ErrUnknownMachine)
	case !running:
		return fmt.Errorf("stop %s: %w", id, driver.ErrNotRunning)
	}
	d.machines[id] = false
	return nil
}

// Destroy forgets the machine.
func (d *Driver) Destroy(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.machines, id)
	return nil
}

// Exec is always ErrNotSupported.
func (d *Driver) Exec(_ context.Context, id string, _ driver.Command) (driver.Result, error) {
	return driver.Result{}, fmt.Errorf("run a command in %s: %w: instances of driver none are records", id, driver.ErrNotSupported)
}

// Console is empty: nothing ever printed.
func (d *Driver) Console(_ context.Context, id string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, found := d.machines[id]; !found {
		return nil, fmt.Errorf("console of %s: %w", id, driver.ErrUnknownMachine)
	}
	return nil, nil
}

// Machines lists the recorded ids.
func (d *Driver) Machines(context.Context) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.machines)), nil
}

// Close stops every machine.
func (d *Driver) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range d.machines {
		d.machines[id] = false
	}
	return nil
}
