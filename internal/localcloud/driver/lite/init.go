//go:build linux

package lite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Names under which the hosting binary is run again.
const (
	stageArgv  = "tropic-lite-stage"
	initArgv   = "tropic-lite-init"
	reaperArgv = "tropic-lite-reaper"
	serverArgv = "tropic-lite-server"
	probeArgv  = "tropic-lite-probe"
)

// Descriptors that a machine's processes inherit.
const (
	controlFD  = 3 // listener of the control socket
	lifelineFD = 4 // reads EOF when the daemon is gone
)

// initConfig is what init is told on its command line. It holds no secret.
type initConfig struct {
	Hostname string `json:"hostname"`
}

// termGrace is how long processes have to end after SIGTERM when a machine powers off.
const termGrace = 1500 * time.Millisecond

// Init is to be called first by every binary that hosts the driver. It returns at once in the daemon, and never in a
// machine's own processes.
func Init() {
	var run func() error
	switch os.Args[0] {
	case stageArgv:
		run = runStage
	case initArgv:
		run = runInit
	case reaperArgv:
		run = runReaper
	case serverArgv:
		run = runServer
	case probeArgv:
		run = runProbe
	default:
		return
	}
	if err := closeInherited(); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[0]+": "+err.Error())
		os.Exit(1)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[0]+": "+err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// runStage puts the machine's directories under a fresh /tmp of its own mount namespace, where the mapped ids can reach
// them whatever the modes of the directories above the state directory are, and starts init from there.
func runStage() error {
	if err := stageDirectories(); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe") //nolint:noctx // it lives as long as the machine
	cmd.Args = append([]string{initArgv}, append(os.Args[1:], "staged")...)
	cmd.SysProcAttr = namespaces()
	cmd.ExtraFiles = []*os.File{os.NewFile(controlFD, "control"), os.NewFile(lifelineFD, "lifeline")}
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func runInit() error {
	var cfg initConfig
	if err := json.Unmarshal([]byte(os.Args[1]), &cfg); err != nil {
		return err
	}
	if len(os.Args) < 3 {
		if err := stageDirectories(); err != nil {
			return err
		}
	}
	if err := enterRoot(); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(cfg.Hostname)); err != nil {
		return fmt.Errorf("set the host name: %w", err)
	}
	if err := raiseLoopback(); err != nil {
		return fmt.Errorf("set up the network: %w", err)
	}
	return becomeReaper()
}

// becomeReaper runs PID 1 anew without CAP_SYS_ADMIN, for itself and for all it starts: with it, root inside could remount
// the host's /usr writable, or unmount what covers the host's /usr/local. A user namespace made inside finds these mounts
// locked. Capabilities belong to threads, and only exec makes one thread's the process's.
func becomeReaper() error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SYS_ADMIN, 0, 0, 0); err != nil {
		return fmt.Errorf("drop CAP_SYS_ADMIN: %w", err)
	}
	if err := unix.Exec("/proc/self/exe", []string{reaperArgv}, nil); err != nil {
		return fmt.Errorf("run init anew: %w", err)
	}
	return nil
}

// runReaper is PID 1 of a running machine.
func runReaper() error {
	server := exec.Command("/proc/self/exe") //nolint:noctx // it lives as long as the machine
	server.Args = []string{serverArgv}
	server.Env = machineEnvironment()
	server.ExtraFiles = []*os.File{os.NewFile(controlFD, "control")}
	server.Stderr = os.Stderr
	server.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	return superviseMachine(server.Process.Pid)
}

// closeInherited keeps descriptors that whoever started the daemon left open to it out of the machine. The first ones
// are the machine's own.
func closeInherited() error {
	if err := unix.CloseRange(lifelineFD+1, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("close inherited descriptors: %w", err)
	}
	return nil
}

// superviseMachine reaps until the daemon goes (the kernel then kills the rest), the server dies, or SIGTERM asks for
// power off.
func superviseMachine(server int) error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGTERM, unix.SIGCHLD)
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.NewFile(lifelineFD, "lifeline"))
		close(gone)
	}()
	for {
		select {
		case <-gone:
			return nil
		case s := <-signals:
			if s == unix.SIGTERM {
				return powerOff(signals, gone)
			}
			if reap(server) {
				return errors.New("the server ended")
			}
		}
	}
}

// reap collects what has ended, and reports whether the process pid was among it.
func reap(pid int) (found bool) {
	for {
		ended, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if err != nil || ended <= 0 {
			return found
		}
		found = found || ended == pid
	}
}

// powerOff gives every process termGrace; init's own end kills those that are left.
func powerOff(signals <-chan os.Signal, gone <-chan struct{}) error {
	_ = unix.Kill(-1, unix.SIGTERM) // nobody left is fine
	timer := time.NewTimer(termGrace)
	defer timer.Stop()
	for {
		if _, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); errors.Is(err, unix.ECHILD) {
			return nil
		}
		select {
		case <-signals:
		case <-gone:
			return nil
		case <-timer.C:
			return nil
		}
	}
}
