package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/daemon"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

// guestTarget is where the image has the guest, as the real AMI does.
const guestTarget = "/usr/local/bin/tropic-guest"

// cloudFlags are what `up` hands to `serve`.
type cloudFlags struct {
	addr   string
	driver string
	guest  string
}

func (f *cloudFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.addr, "addr", "127.0.0.1:4588", "address to listen on; port 0 picks a free one")
	flags.StringVar(&f.driver, "driver", "auto", "what runs instances: lite, none, or auto (lite where this computer can, else none)")
	flags.StringVar(&f.guest, "guest", "", "tropic-guest binary that images contain (default: beside the tropic binary)")
}

// newLocalServe is the daemon in the foreground; `up` starts it in the background.
func newLocalServe(_ *app, dir *string) *cobra.Command {
	var flags cloudFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the embedded cloud in the foreground",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			logger := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			absolute, err := filepath.Abs(*dir)
			if err != nil {
				return err
			}
			config, err := flags.config(absolute, logger)
			if err != nil {
				return err
			}
			return daemon.Serve(cmd.Context(), daemon.Options{Cloud: config, Version: version, Logger: logger})
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func (f *cloudFlags) config(dir string, logger *slog.Logger) (localcloud.Config, error) {
	guest, err := f.guestBinary()
	if err != nil {
		return localcloud.Config{}, err
	}
	drv, err := f.newDriver(dir, logger)
	if err != nil {
		return localcloud.Config{}, err
	}
	image := localcloud.Image{
		Image: driver.Image{
			Name:  "tropic-openclaw-local",
			Files: []driver.File{{Source: guest, Target: guestTarget, Mode: 0o755}},
			Boot:  []string{guestTarget, "reconcile"},
		},
		Tags:         map[string]string{"tropic:managed": "true"},
		Architecture: "x86_64",
	}
	return localcloud.Config{Addr: f.addr, Dir: dir, Driver: drv, Images: []localcloud.Image{image}, Logger: logger}, nil
}

func (f *cloudFlags) newDriver(dir string, logger *slog.Logger) (driver.Driver, error) {
	unavailable := lite.Available()
	switch {
	case f.driver == "none", f.driver == "auto" && unavailable != nil:
		if f.driver == "auto" {
			logger.Warn("driver lite cannot run on this computer: instances are records only", "why", unavailable)
		}
		return none.New(), nil
	case f.driver == "lite", f.driver == "auto":
		if unavailable != nil {
			return nil, fmt.Errorf("driver lite cannot run on this computer: %w", unavailable)
		}
		return lite.New(lite.Config{Dir: filepath.Join(dir, "machines"), Logger: logger})
	}
	return nil, &usageError{fmt.Errorf("unknown --driver %q: want lite, none or auto", f.driver)}
}

// guestBinary finds what the images need, and says how to get it.
func (f *cloudFlags) guestBinary() (string, error) {
	path := f.guest
	if path == "" {
		self, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find tropic-guest beside this binary: %w", err)
		}
		path = filepath.Join(filepath.Dir(self), "tropic-guest")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(absolute)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no guest binary at %s: build it with `make build`, or name one with --guest", absolute)
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return "", fmt.Errorf("%s is not an executable file: name the guest binary with --guest", absolute)
	}
	return absolute, nil
}
