//go:build linux

package lite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// machine is one running machine, seen from the daemon.
type machine struct {
	process  *exec.Cmd
	lifeline *os.File // brings orders to PID 1; closing it ends the machine at once
	dir      *os.File // the machine's directory; the collector closes it, since calls may still be under way at the end
	servers  []*http.Server
	stderr   capped // what its first processes say, until the end

	stopping atomic.Bool
	ended    chan struct{}
	end      end // read after ended
	once     sync.Once
}

// end is how a machine ended.
type end struct {
	reboot bool  // it wants to boot again
	err    error // it crashed; nil when it powered off
}

const (
	// bootLimit is how long a machine may take until it accepts commands; it takes some 100 ms.
	bootLimit = 20 * time.Second
	// maxGrace caps how long a stop waits for processes to end, as systemd caps it by default for a unit.
	maxGrace = 90 * time.Second
	// killMargin is how much later than PID 1 the daemon loses its patience.
	killMargin = 2 * time.Second
	// maxComplaint is what is kept of the first processes' standard error, in bytes. A machine can write to it.
	maxComplaint = 8 << 10
)

// boot starts the machine's processes and returns once commands run. When they cannot, it says why at once.
func boot(ctx context.Context, dir string, r record, att driver.Attachments) (*machine, error) {
	home, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	m := &machine{dir: home, stderr: capped{limit: maxComplaint}, ended: make(chan struct{})}
	control, err := m.listen(controlSocket)
	if err != nil {
		return nil, errors.Join(err, home.Close())
	}
	err = errors.Join(m.serve(metadataSocket, att.Metadata), m.serve(apiSocket, att.API))
	if err == nil {
		err = m.spawn(dir, r, control)
	}
	// From here on the machine alone has the control socket, so that it refuses connections once the machine is gone.
	if err := errors.Join(err, control.Close()); err != nil {
		m.release()
		return nil, err
	}
	return m, m.awaitReady(ctx)
}

// socketPath reaches a socket through the open directory, since the path of a Unix socket is limited to 107 bytes.
func (m *machine) socketPath(name string) string { return descriptorPath(m.dir.Fd()) + "/" + name }

func (m *machine) listen(name string) (*os.File, error) {
	path := m.socketPath(name)
	_ = os.Remove(path) // of an earlier boot
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	defer listener.Close() //nolint:errcheck // the returned descriptor goes on
	if err := own(path, 0); err != nil {
		return nil, err
	}
	return listener.File()
}

func (m *machine) serve(name string, handler http.Handler) error {
	if handler == nil {
		return nil
	}
	file, err := m.listen(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // the listener has its own descriptor
	listener, err := net.FileListener(file)
	if err != nil {
		return err
	}
	// Long, so that an idle connection is the client's to end and no request meets a closing one.
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 3 * time.Minute, IdleTimeout: 3 * time.Minute}
	m.servers = append(m.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with release
	return nil
}

func (m *machine) spawn(dir string, r record, control *os.File) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	m.lifeline = write
	raw, err := json.Marshal(initConfig{Hostname: r.Hostname})
	if err != nil {
		return errors.Join(err, read.Close())
	}
	name, attr := initArgv, namespaces()
	if manyIDs() {
		name, attr = stageArgv, &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Setsid: true}
	}
	cmd := exec.Command("/proc/self/exe") //nolint:noctx // a machine outlives the call that boots it
	cmd.Args = []string{name, string(raw)}
	cmd.Dir, cmd.Env, cmd.SysProcAttr = dir, []string{}, attr
	cmd.ExtraFiles = []*os.File{control, read}
	cmd.Stderr = &m.stderr
	m.process = cmd
	if err := cmd.Start(); err != nil {
		return errors.Join(refused("start the machine's first process", err), read.Close())
	}
	go func() {
		m.end = m.ending(cmd.Wait())
		close(m.ended)
		m.release()
	}()
	return read.Close()
}

// ending makes sense of how the first process ended.
func (m *machine) ending(err error) end {
	code := exitCode(m.process.ProcessState)
	switch {
	case code == rebootStatus:
		return end{reboot: true}
	case code == haltStatus, err == nil:
		return end{}
	}
	if said := strings.TrimSpace(string(m.stderr.kept)); said != "" {
		return end{err: refused(said, err)}
	}
	return end{err: refused("the machine's first process", err)}
}

// namespaces are those of a machine, with its ids mapped.
func namespaces() *syscall.SysProcAttr {
	uid, gid, size := os.Getuid(), os.Getgid(), 1
	if manyIDs() {
		uid, gid, size = idBase, idBase, idCount
	}
	return &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET |
			syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		UidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: size}},
		GidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: size}},
		GidMappingsEnableSetgroups: size > 1,
		Credential:                 &syscall.Credential{Uid: 0, Gid: 0, NoSetGroups: size == 1},
		Setsid:                     true,
	}
}

// awaitReady asks until the server inside answers, or the machine has ended.
func (m *machine) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, bootLimit)
	defer cancel()
	go func() {
		select {
		case <-m.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	result, err := m.exec(ctx, driver.Command{Argv: []string{"/bin/sh", "-c", "exit 0"}})
	switch {
	case err == nil && result.ExitCode == 0:
		return nil
	case err == nil:
		err = fmt.Errorf("/bin/sh ended with exit code %d: %s", result.ExitCode, result.Stderr)
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("it took no command within %s", bootLimit)
	}
	m.kill()
	<-m.ended
	if m.end.err != nil {
		err = m.end.err
	}
	return fmt.Errorf("the machine did not boot: %w", err)
}

// wait returns when the machine has ended.
func (m *machine) wait() end {
	<-m.ended
	return m.end
}

// stop asks for power off and kills after grace, or at the end of ctx.
func (m *machine) stop(ctx context.Context, grace time.Duration) {
	m.stopping.Store(true)
	grace = min(grace, maxGrace)
	_, _ = fmt.Fprintln(m.lifeline, grace) // when it does not hear, the kill below does it
	timer := time.NewTimer(grace + killMargin)
	defer timer.Stop()
	select {
	case <-m.ended:
		return
	case <-timer.C:
	case <-ctx.Done():
	}
	m.kill()
	<-m.ended
}

// kill cuts the lifeline: PID 1 ends, and the kernel kills every process of its namespace.
func (m *machine) kill() { m.once.Do(func() { _ = m.lifeline.Close() }) }

func (m *machine) release() {
	if m.lifeline != nil {
		m.kill()
	}
	for _, s := range m.servers {
		_ = s.Close() // nobody is left to answer
	}
}

func (m *machine) dial(ctx context.Context) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", m.socketPath(controlSocket))
}

// exec has the server inside run cmd. Closing the connection, as at the end of ctx, kills the command.
func (m *machine) exec(ctx context.Context, cmd driver.Command) (driver.Result, error) {
	conn, err := m.dial(ctx)
	if err != nil {
		return driver.Result{}, fmt.Errorf("%w: %w", driver.ErrNotRunning, err)
	}
	defer conn.Close() //nolint:errcheck // the answer is read by then
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(request{Command: cmd}); err != nil {
		return driver.Result{}, m.execError(ctx, err)
	}
	var resp response
	if err := json.NewDecoder(conn).Decode(&resp); err != nil {
		return driver.Result{}, m.execError(ctx, err)
	}
	if resp.Error != "" {
		return driver.Result{}, errors.New(resp.Error)
	}
	return resp.Result, nil
}

// endLag is how long after its connections break a machine may take to be known as ended.
const endLag = time.Second

// execError tells an ended context and an ended machine from a command that killed its own supervisor.
func (m *machine) execError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case <-m.ended:
		return fmt.Errorf("%w: the machine ended while the command ran: %w", driver.ErrNotRunning, err)
	case <-time.After(endLag):
		return fmt.Errorf("the process that supervised the command was killed inside the machine, and the command with it: %w", err)
	}
}
