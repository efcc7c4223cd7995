//go:build !linux

package lite

import (
	"errors"
	"log/slog"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// Config is what a driver is made with.
type Config struct {
	Dir    string
	Logger *slog.Logger
}

// Init does nothing: there are no machines here.
func Init() {}

// Available says that the driver needs Linux.
func Available() error { return errors.New("namespaces exist on Linux only: use driver none") }

// New always fails with Available's error.
func New(Config) (driver.Driver, error) { return nil, Available() }
