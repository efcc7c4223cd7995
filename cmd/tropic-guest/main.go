// Command tropic-guest runs on every Tropic machine. It keeps the machine equal to the desired state that the control
// plane wrote, at boot and whenever it is poked, and powers it off when its lease ends.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// Exit codes.
const (
	exitDone     = 0 // the machine is as it should be
	exitProblems = 1 // done, but a part of it failed: the report says which
	exitFailed   = 2 // nothing was done: the desired state could not be read, or the command line is wrong
)

const usage = `tropic-guest keeps a Tropic machine equal to its desired state.

Usage:
  tropic-guest reconcile [flags]   make this machine equal to its desired state, once
  tropic-guest lease [flags]       power this machine off if its lease has ended
  tropic-guest version             print the version
  tropic-guest help                print this text; "tropic-guest reconcile -h" lists its flags

reconcile runs as root. It asks the instance metadata service who it is, reads what the machine should look like from
Parameter Store, changes what differs, restarts what runs on a changed file, and prints what it did as JSON. It is safe
to run at any time, to kill, and to run twice at once; when there is nothing to do it changes nothing.

lease runs as root, every 15 seconds, by a timer that reconcile installs. It reads the instance tag tropic:lease, the instant
until which the machine may run, from instance metadata. It stays for the very end of a lease that ends within 30 seconds,
reads the tag once more, and powers the machine off; 10 seconds later it forces that. While the tag cannot be read, the last
one read holds, and ends. A machine that never had a lease is not bound. For 75 seconds after a boot, a lease that has ended
may be renewed.

Exit codes:
  0  the machine is as it should be
  1  done, but a part of it failed: see "problems" in the report, or the log of lease
  2  nothing was done: the desired state could not be read, or the command line is wrong

Environment:
  AWS_ENDPOINT_URL_SSM, AWS_ENDPOINT_URL     where Parameter Store answers, instead of AWS
  AWS_EC2_METADATA_SERVICE_ENDPOINT          where instance metadata answers, instead of 169.254.169.254
`

// version is set by the linker in a release.
var version string

func main() {
	// One processor: a reconcile waits for the network and the disk, and the gateway beside it needs the other one. It
	// also takes a sixth less CPU, as no idle thread looks for work.
	runtime.GOMAXPROCS(1)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitFailed
	}
	switch command, rest := args[0], args[1:]; command {
	case "reconcile":
		return runReconcile(ctx, rest, stdout, stderr)
	case "lease":
		return runLease(ctx, rest, stdout, stderr)
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, buildVersion())
		return exitDone
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return exitDone
	default:
		fmt.Fprintf(stderr, "tropic-guest: unknown command %q; see \"tropic-guest help\"\n", command)
		return exitFailed
	}
}

// buildVersion is the release, or the commit this was built from.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return "dev-" + s.Value[:min(len(s.Value), 12)]
			}
		}
	}
	return "dev"
}
