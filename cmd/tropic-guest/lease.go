package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/identity"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
)

type leaseFlags struct {
	root, metadata            string
	timeout, bootGrace, ahead time.Duration
	verbose                   bool
}

func parseLease(args []string, stderr io.Writer) (leaseFlags, error) {
	var f leaseFlags
	flags := flag.NewFlagSet("tropic-guest lease", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&f.root, "root", "/", "remember the lease below the `directory`, and only say that the machine would be powered off")
	flags.StringVar(&f.metadata, "metadata-endpoint", "", "instance metadata's `URL`, instead of 169.254.169.254")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Second, "go by the remembered lease when metadata does not answer for this long")
	flags.DurationVar(&f.bootGrace, "boot-grace", lease.BootGrace, "after a boot, wait this long for a new lease")
	flags.DurationVar(&f.ahead, "ahead", lease.Ahead, "stay for the end of a lease that ends within this `time`; 0 = look once")
	flags.BoolVar(&f.verbose, "v", false, "say how the lease stands even if nothing is to be done")
	if err := flags.Parse(args); err != nil {
		return f, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q", flags.Arg(0))
		fmt.Fprintln(stderr, "tropic-guest lease:", err)
		return f, err
	}
	return f, nil
}

func runLease(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseLease(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitFailed
	}
	logger := slog.New(slog.NewTextHandler(stderr, nil))
	metadata := identity.NewMetadata(f.metadata)
	options := lease.Options{
		Root: f.root, Read: func(ctx context.Context) lease.Tag { return lease.ReadTag(ctx, metadata) }, Timeout: f.timeout,
		Clock: lease.ReadClock, Wait: lease.Sleep, BootGrace: f.bootGrace, Ahead: f.ahead, Logger: logger,
	}
	if f.root == "/" {
		options.PowerOff, options.Force = service.Detect().PowerOff, service.ForcePowerOff
	}
	decision, err := lease.Watch(ctx, options)
	if f.verbose {
		fmt.Fprintln(stdout, decision)
	}
	if err != nil {
		return exitProblems
	}
	return exitDone
}
