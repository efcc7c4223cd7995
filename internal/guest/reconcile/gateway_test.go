package reconcile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
)

// Limits of the real gateway: 18 to 75 s until it is ready were measured, and up to 8 s to stop.
const (
	gatewayReady = 3 * time.Minute
	gatewayStop  = time.Minute
	gatewayHot   = 30 * time.Second // to take up a change; 2 s were measured
)

// asUbuntu makes a command run as a gateway's unit does: user ubuntu, with the machine's tree for a home and nothing of
// this test's environment but PATH.
func (m *machine) asUbuntu(command *exec.Cmd) *exec.Cmd {
	command.Dir = m.path("/home/ubuntu")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + m.path("/home/ubuntu"), "TMPDIR=" + m.path("/tmp")}
	for _, variable := range openclaw.UnitEnvironment() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(value, "/") {
			variable = name + "=" + m.path(value)
		}
		command.Env = append(command.Env, variable)
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(ubuntuID()), Gid: uint32(gid())}
	}
	return command
}

// openToUbuntu lets user ubuntu into the test's own directory, and gives it a temporary one.
func (m *machine) openToUbuntu() {
	m.t.Helper()
	m.check(os.Chmod(filepath.Dir(m.root), 0o755))
	m.check(os.MkdirAll(m.path("/tmp"), 0o755))
	m.check(os.Chown(m.path("/tmp"), ubuntuID(), gid()))
}

// gateway is a real OpenClaw gateway that runs on a machine's tree.
type gateway struct {
	m       *machine
	program string
	port    int
	command *exec.Cmd
	exited  chan error
	log     *lockedBuffer
}

// startGateway returns a gateway that is ready. One that dies at its start is started again, as its unit would be: on a
// busy computer OpenClaw gives up when parts of it take more than 5 s.
func startGateway(m *machine, program string) *gateway {
	m.t.Helper()
	for range 3 {
		g := launchGateway(m, program)
		begun := time.Now()
		err := g.waitReady()
		if err == nil {
			m.t.Logf("ready after %s", time.Since(begun).Round(100*time.Millisecond))
			return g
		}
		m.t.Logf("the gateway did not start: %v", err)
	}
	m.t.Fatal("the gateway did not start in three attempts")
	return nil
}

func launchGateway(m *machine, program string) *gateway {
	m.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	m.check(err)
	port := listener.Addr().(*net.TCPAddr).Port
	m.check(listener.Close())
	g := &gateway{m: m, program: program, port: port, exited: make(chan error, 1), log: &lockedBuffer{}}
	g.command = m.asUbuntu(exec.Command(program, "gateway", "run", "--port", strconv.Itoa(port)))
	g.command.Stdout, g.command.Stderr = g.log, g.log
	m.check(g.command.Start())
	go func() { g.exited <- g.command.Wait() }()
	m.t.Cleanup(func() {
		_ = syscall.Kill(-g.command.Process.Pid, syscall.SIGKILL) // with the children it may have left
		if m.t.Failed() {
			m.t.Logf("the gateway said:\n%s", g.log)
		}
	})
	return g
}

// waitReady polls /readyz until it answers 200.
func (g *gateway) waitReady() error {
	ctx, cancel := context.WithTimeout(g.m.t.Context(), gatewayReady)
	defer cancel()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := g.uptime(ctx); err == nil {
			return nil
		}
		select {
		case err := <-g.exited:
			return fmt.Errorf("it exited: %w", errors.Join(err, errors.New(g.log.String())))
		case <-ctx.Done():
			return fmt.Errorf("not ready after %s", gatewayReady)
		case <-tick.C:
		}
	}
}

// uptime is what a gateway that is ready says of itself; it begins anew when the gateway restarts inside its process.
func (g *gateway) uptime(ctx context.Context) (time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/readyz", g.port), nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	var ready struct{ UptimeMs float64 }
	if err := json.NewDecoder(response.Body).Decode(&ready); err != nil || response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %w", response.Status, err)
	}
	return time.Duration(ready.UptimeMs) * time.Millisecond, nil
}

// agents asks the gateway which agents it has, by slug with their workspaces. Without a token the command line takes the
// one in openclaw.json.
func (g *gateway) agents(arguments ...string) (map[string]string, error) {
	arguments = append([]string{"gateway", "call", "agents.list", "--json", "--port", strconv.Itoa(g.port)}, arguments...)
	command := g.m.asUbuntu(exec.CommandContext(g.m.t.Context(), g.program, arguments...))
	var stderr bytes.Buffer
	command.Stderr = &stderr
	raw, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s %s", err, raw, &stderr)
	}
	var list struct {
		Agents []struct{ ID, Workspace string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("%w: %s", err, raw)
	}
	out := map[string]string{}
	for _, a := range list.Agents {
		out[a.ID] = a.Workspace
	}
	return out, nil
}

// eventually asks until the answer is right.
func (g *gateway) eventually(what string, right func() error) {
	g.m.t.Helper()
	begun := time.Now()
	err := right()
	for ; err != nil && time.Since(begun) < gatewayHot; err = right() { // every question takes seconds
	}
	if err != nil {
		g.m.t.Errorf("%s: not within %s: %v", what, gatewayHot, err)
	}
	g.m.t.Logf("%s: seen after %s", what, time.Since(begun).Round(100*time.Millisecond))
}

// memory is the most that the gateway's own process has held, from proc(5).
func (g *gateway) memory() string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.command.Process.Pid))
	g.m.check(err)
	lines := strings.Split(string(raw), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "VmHWM:") })
	return strings.Join(strings.Fields(lines[max(i, 0)]), " ")
}

// stop sends SIGTERM, as systemd does.
func (g *gateway) stop() {
	g.m.t.Helper()
	begun := time.Now()
	g.m.check(g.command.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-g.exited:
		if err != nil {
			g.m.t.Errorf("after SIGTERM: %v", err)
		}
		g.m.t.Logf("stopped after %s", time.Since(begun).Round(100*time.Millisecond))
	case <-time.After(gatewayStop):
		g.m.t.Fatalf("still runs %s after SIGTERM", gatewayStop)
	}
}

// lockedBuffer takes the output of a process that still runs.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
