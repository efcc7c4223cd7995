// Command tropic runs the embedded cloud and looks after instances, agents, policies and SSH keys from a terminal.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
)

// version is set by the linker at release.
var version = "dev"

func main() {
	lite.Init() // an instance's first process is this binary again; it does not return there
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	return exitCode(os.Stderr, root.ExecuteContext(ctx))
}
