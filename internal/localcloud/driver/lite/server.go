//go:build linux

package lite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// request is one thing the daemon asks of the server inside.
type request struct {
	PowerOff bool
	Command  driver.Command
}

type response struct {
	Error  string // the command could not be started
	Result driver.Result
}

const (
	// defaultOutput is how much of a stream is kept when the command does not say.
	defaultOutput = 1 << 20
	// outputDelay is how long output is awaited from processes a command left behind.
	outputDelay = 200 * time.Millisecond
	// notFound is the shell's exit code for a program that is not there.
	notFound = 127
)

// runServer answers the control socket for the life of the machine.
func runServer() error {
	control := os.NewFile(controlFD, "control")
	listener, err := net.FileListener(control)
	if err != nil {
		return err
	}
	if err := control.Close(); err != nil {
		return err
	}
	if err := errors.Join(relay(metadataAddress, metadataSocket), relay(apiAddress, apiSocket)); err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveRequest(conn)
	}
}

func serveRequest(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // the answer is written by then
	var req request
	decoder := json.NewDecoder(conn)
	if err := decoder.Decode(&req); err != nil {
		return
	}
	if req.PowerOff {
		_ = unix.Kill(1, unix.SIGTERM) // PID 1 is always there
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), conn)) // ends when the daemon hangs up
		cancel()
	}()
	_ = json.NewEncoder(conn).Encode(runCommand(ctx, req.Command)) // the daemon may have hung up
}

func runCommand(ctx context.Context, c driver.Command) response {
	if len(c.Argv) == 0 {
		return response{Error: "no command was given"}
	}
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
		defer cancel()
	}
	stdout, stderr := &capped{limit: c.MaxStdout}, &capped{limit: c.MaxStderr}
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Dir, cmd.Env = "/", environment(c.Env)
	if c.Dir != "" {
		cmd.Dir = c.Dir
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(c.Stdin), stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return killTree(cmd.Process.Pid) }
	cmd.WaitDelay = outputDelay
	result := driver.Result{Started: time.Now()}
	err := cmd.Run()
	result.Ended = time.Now()
	result.Stdout, result.StdoutTruncated = stdout.kept, stdout.cut
	result.Stderr, result.StderrTruncated = stderr.kept, stderr.cut
	result.TimedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		result.ExitCode = notFound
		result.Stderr = fmt.Appendf(result.Stderr, "%s: not found\n", c.Argv[0])
	case err == nil, errors.Is(err, exec.ErrWaitDelay), errors.As(err, &exit), result.TimedOut:
		result.ExitCode = exitCode(cmd.ProcessState)
	default:
		return response{Error: err.Error()}
	}
	return response{Result: result}
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// killTree kills a command's session: its process group, and the groups its descendants made.
func killTree(session int) error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	for _, e := range entries {
		var pid int
		if _, err := fmt.Sscanf(e.Name(), "%d", &pid); err != nil {
			continue
		}
		if sid, err := unix.Getsid(pid); err == nil && sid == session {
			_ = unix.Kill(pid, unix.SIGKILL) // it may just have ended
		}
	}
	return unix.Kill(-session, unix.SIGKILL)
}

func environment(extra map[string]string) []string {
	env := slices.DeleteFunc(machineEnvironment(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		_, replaced := extra[name]
		return replaced
	})
	for name, value := range extra {
		env = append(env, name+"="+value)
	}
	return env
}

// capped keeps the first limit bytes and drains the rest, so that a talkative command is not held up.
type capped struct {
	limit int
	kept  []byte
	cut   bool
}

func (c *capped) Write(p []byte) (int, error) {
	limit := c.limit
	if limit == 0 {
		limit = defaultOutput
	}
	room := limit - len(c.kept)
	if len(p) > room {
		c.cut = true
	}
	c.kept = append(c.kept, p[:min(room, len(p))]...)
	return len(p), nil
}
