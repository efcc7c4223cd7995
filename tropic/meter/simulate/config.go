package simulate

import (
	"errors"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Mode is how charges are written.
type Mode string

// The modes.
const (
	Packed Mode = "packed" // as the service does: a block of lines for each shard
	Rows   Mode = "rows"   // to compare: a row for each charge, and the account's balance
)

// Config says what is simulated.
type Config struct {
	Instances int
	Ticks     int
	Store     string // address, as store.Open takes it, or postgres:URL; nothing may be in it
	Mode      Mode
	Book      *pricebook.Book
	Progress  func(done, total int) // called now and then; nil for none
}

// MaxInstances is how many machines a simulation may have.
const MaxInstances = 20_000_000

// maxTicks is how many ticks a simulation may have: those of ten years.
const maxTicks = 10 * ticksPerYear

// epoch is when the simulation begins.
var epoch = meter.At(time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC))

// ErrConfig is wrapped by the error about a simulation that cannot be.
var ErrConfig = errors.New("not a simulation that can be run")

func (c *Config) check() error {
	switch {
	case c.Instances < 1 || c.Instances > MaxInstances:
		return fmt.Errorf("%w: %d instances; want 1 to %d", ErrConfig, c.Instances, MaxInstances)
	case c.Ticks < 1 || c.Ticks > maxTicks:
		return fmt.Errorf("%w: %d ticks; want 1 to %d", ErrConfig, c.Ticks, maxTicks)
	case len(c.Book.InstanceTypes()) == 0:
		return fmt.Errorf("%w: the price book has no instance types", ErrConfig)
	case c.Mode != Packed && c.Mode != Rows:
		return fmt.Errorf("%w: the mode %q; want %s or %s", ErrConfig, c.Mode, Packed, Rows)
	}
	return nil
}
