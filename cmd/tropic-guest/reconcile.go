package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/identity"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/service"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest/parameterstore"
)

type reconcileFlags struct {
	root, endpoint, metadata, instanceID, region string
	timeout, health                              time.Duration
	verbose                                      bool
}

func parseReconcile(args []string, stderr io.Writer) (reconcileFlags, error) {
	var f reconcileFlags
	flags := flag.NewFlagSet("tropic-guest reconcile", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.DurationVar(&f.timeout, "timeout", 10*time.Minute, "give up after this long; what is done stays done")
	flags.DurationVar(&f.health, "health-timeout", service.StartLimit,
		"wait this long for a starting gateway; 0 looks once (for a boot unit that the gateway waits for)")
	flags.StringVar(&f.root, "root", "/", "reconcile the `directory` instead of the machine, and touch no service")
	flags.StringVar(&f.endpoint, "endpoint", firstOf(os.Getenv("AWS_ENDPOINT_URL_SSM"), os.Getenv("AWS_ENDPOINT_URL")),
		"Parameter Store's `URL`, instead of AWS")
	flags.StringVar(&f.metadata, "metadata-endpoint", "", "instance metadata's `URL`, instead of 169.254.169.254")
	flags.StringVar(&f.instanceID, "instance-id", "", "`id` of the machine, instead of asking instance metadata")
	flags.StringVar(&f.region, "region", "", "`region` of the machine, instead of asking instance metadata")
	flags.BoolVar(&f.verbose, "v", false, "log every step to standard error")
	if err := flags.Parse(args); err != nil {
		return f, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q", flags.Arg(0))
		fmt.Fprintln(stderr, "tropic-guest reconcile:", err)
		return f, err
	}
	return f, nil
}

func runReconcile(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseReconcile(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitFailed
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("not done after %s", f.timeout))
	defer cancel()
	level := slog.LevelInfo
	if f.verbose {
		level = slog.LevelDebug
	}
	logger := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))

	report, err := reconcileMachine(ctx, f, logger)
	if encodeErr := json.NewEncoder(stdout).Encode(report); encodeErr != nil {
		logger.Error("report could not be printed", "error", encodeErr)
		return exitFailed
	}
	switch {
	case err != nil:
		return exitFailed
	case !report.OK():
		return exitProblems
	default:
		return exitDone
	}
}

func reconcileMachine(ctx context.Context, f reconcileFlags, logger *slog.Logger) (manifest.Report, error) {
	metadata := identity.NewMetadata(f.metadata)
	machine := identity.Machine{InstanceID: f.instanceID, Region: f.region}
	if machine.InstanceID == "" || machine.Region == "" {
		asked, err := metadata.Machine(ctx)
		if err != nil {
			logger.Error(err.Error())
			return reconcile.Failure(machine.InstanceID, buildVersion(), err), err
		}
		machine = identity.Machine{InstanceID: firstOf(f.instanceID, asked.InstanceID), Region: firstOf(f.region, asked.Region)}
	}
	services := service.Set{}
	if f.root == "/" {
		services = service.Detect()
	}
	return reconcile.Run(ctx, reconcile.Options{
		Store:      parameterstore.New(metadata.Parameters(machine.Region, f.endpoint)),
		InstanceID: machine.InstanceID, Root: f.root, Version: buildVersion(), Services: services, HealthLimit: f.health,
		Logger: logger,
	})
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
