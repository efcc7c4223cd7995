//go:build linux

package lite

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Available says why machines cannot run on this computer, and what would help, or nil when they can. It tries the
// namespaces for real, once per process.
func Available() error { return available() }

var available = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args, cmd.Env, cmd.Dir = []string{probeArgv}, []string{}, "/"
	cmd.SysProcAttr, cmd.Stderr = namespaces(), &stderr
	err := cmd.Run()
	if err == nil {
		return nil
	}
	why := strings.TrimSpace(stderr.String())
	if why == "" {
		why = "make a user namespace"
	}
	return refused(why, err)
})

// runProbe tries what every machine needs.
func runProbe() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", staging, "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("mount a tmpfs: %w", err)
	}
	if err := unix.Mount("proc", staging, "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return raiseLoopback()
}
