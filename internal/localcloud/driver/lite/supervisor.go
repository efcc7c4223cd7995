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
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

const (
	// connectionFD is the daemon's connection, in a supervisor.
	connectionFD = 3
	// defaultOutput is how much of a stream is kept when the command does not say.
	defaultOutput = 1 << 20
	// outputDelay is how long output is awaited from processes a command left behind.
	outputDelay = 200 * time.Millisecond
	// notFound is the shell's exit code for a program that is not there.
	notFound = 127
)

// runSupervisor runs one command and answers with its result. As a child subreaper it stays the ancestor of everything
// the command starts, also of what forks twice or makes a session of its own, so that a timeout finds all of it. What a
// command leaves running when it ends by itself lives on, as on EC2: it goes to PID 1 when the supervisor ends.
func runSupervisor() error {
	runtime.LockOSThread() // the command dies with the thread that started it (Pdeathsig)
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become a subreaper: %w", err)
	}
	signal.Notify(make(chan os.Signal, 1), unix.SIGTERM) // a power off is for the command; its end is the supervisor's
	file := os.NewFile(connectionFD, "connection")
	conn, err := net.FileConn(file)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	var req request
	decoder := json.NewDecoder(conn)
	if err := decoder.Decode(&req); err != nil {
		return nil // the daemon hung up
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), conn)) // ends when the daemon hangs up
		cancel()
	}()
	_ = json.NewEncoder(conn).Encode(runCommand(ctx, req.Command)) // the daemon may have hung up
	return nil
}

// runCommand runs c to its end, or kills all of it at its timeout or the end of ctx.
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
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: unix.SIGKILL}
	cmd.WaitDelay = outputDelay
	killed := false
	cmd.Cancel = func() error {
		killed = true
		return killDescendants()
	}
	result := driver.Result{Started: time.Now()}
	err := cmd.Start()
	if err == nil {
		go reapOrphans(cmd.Process.Pid)
		err = cmd.Wait()
	}
	result.Ended = time.Now()
	result.Stdout, result.StdoutTruncated = stdout.kept, stdout.cut
	result.Stderr, result.StderrTruncated = stderr.kept, stderr.cut
	result.TimedOut = killed && errors.Is(ctx.Err(), context.DeadlineExceeded)
	switch {
	case cmd.ProcessState != nil:
		result.ExitCode = exitCode(cmd.ProcessState)
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		result.ExitCode = notFound
		result.Stderr = fmt.Appendf(result.Stderr, "%s: not found\n", c.Argv[0])
	default:
		return response{Error: err.Error()}
	}
	return response{Result: result}
}

// exitCode is the shell's: 128+signal for a process that a signal ended.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
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

// capped keeps the first limit bytes and drains the rest, so that a talkative process is not held up.
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
