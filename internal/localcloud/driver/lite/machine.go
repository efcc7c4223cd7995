//go:build linux

package lite

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
	lifeline *os.File // closing it ends the machine at once
	sockets  *os.File // directory of the sockets
	servers  []*http.Server
	stderr   bytes.Buffer

	stopping atomic.Bool
	ended    chan struct{}
	err      error // why it ended; read after ended
	once     sync.Once
}

// bootLimit is how long a machine may take until it accepts commands; it takes some 50 ms.
const bootLimit = 20 * time.Second

// boot starts the machine's processes and returns once commands run.
func boot(ctx context.Context, dir string, r record, att driver.Attachments) (*machine, error) {
	sockets, err := os.Open(filepath.Join(dir, socketDir))
	if err != nil {
		return nil, err
	}
	m := &machine{sockets: sockets, ended: make(chan struct{})}
	control, err := m.listen(controlSocket)
	if err != nil {
		return nil, errors.Join(err, sockets.Close())
	}
	defer control.Close() //nolint:errcheck // init has its own descriptor
	if err := errors.Join(m.serve(metadataSocket, att.Metadata), m.serve(apiSocket, att.API)); err != nil {
		m.release()
		return nil, err
	}
	if err := m.spawn(dir, r, control); err != nil {
		m.release()
		return nil, err
	}
	return m, m.awaitReady(ctx)
}

// socketPath reaches a socket through the open directory, since the path of a Unix socket is limited to 107 bytes.
func (m *machine) socketPath(name string) string {
	return fmt.Sprintf("/proc/self/fd/%d/%s", m.sockets.Fd(), name)
}

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
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
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
		return err
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
		return errors.Join(fmt.Errorf("start the machine's first process: %w", err), read.Close(), write.Close())
	}
	go func() {
		m.err = cmd.Wait()
		close(m.ended)
		m.release()
	}()
	return read.Close()
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

// awaitReady asks until the server inside answers.
func (m *machine) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, bootLimit)
	defer cancel()
	result, err := m.exec(ctx, driver.Command{Argv: []string{"/bin/sh", "-c", "exit 0"}})
	if err == nil && result.ExitCode == 0 {
		return nil
	}
	select {
	case <-m.ended:
	default:
		m.kill()
		<-m.ended
	}
	return fmt.Errorf("the machine did not boot: %w: %s", errors.Join(err, m.err), strings.TrimSpace(m.stderr.String()))
}

// wait returns when the machine has ended.
func (m *machine) wait() error {
	<-m.ended
	return m.err
}

// stop asks for power off and kills after grace.
func (m *machine) stop(ctx context.Context, grace time.Duration) error {
	m.stopping.Store(true)
	if conn, err := m.dial(ctx); err == nil {
		_ = json.NewEncoder(conn).Encode(request{PowerOff: true}) // when it does not hear, the kill below does it
		defer conn.Close()                                        //nolint:errcheck // it ends with the machine
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-m.ended:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	m.kill()
	<-m.ended
	return nil
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

// execError tells an ended context and an ended machine from other failures.
func (m *machine) execError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: the machine ended while the command ran: %w", driver.ErrNotRunning, err)
}
