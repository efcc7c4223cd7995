//go:build linux

package lite

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// insideGrace is how long processes have to end when the machine is powered off from inside.
	insideGrace = 5 * time.Second
	// rebootStatus ends a machine that wants to boot again. The kernel makes the same of reboot(2) in a PID namespace: init
	// ends as if by SIGHUP; haltStatus is its answer to a power off, as if by SIGINT.
	rebootStatus = 128 + int(unix.SIGHUP)
	haltStatus   = 128 + int(unix.SIGINT)
)

// runReaper is PID 1 of a running machine. It collects what has ended until it is told to power off: by the daemon on
// the lifeline, or from inside with SIGTERM (off) or SIGINT (reboot, as for Ctrl-Alt-Del). Its own end makes the kernel
// kill every process of the machine, so losing the daemon or the server ends the machine.
func runReaper() error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT, unix.SIGCHLD)
	server, err := startServer()
	if err != nil {
		return err
	}
	orders, gone := make(chan time.Duration), make(chan struct{})
	go readLifeline(os.NewFile(lifelineFD, "lifeline"), orders, gone)
	for {
		select {
		case <-gone:
			return nil
		case grace := <-orders:
			powerOff(grace, signals, gone)
			return nil
		case s := <-signals:
			switch {
			case s == unix.SIGTERM:
				powerOff(insideGrace, signals, gone)
				return nil
			case s == unix.SIGINT:
				powerOff(insideGrace, signals, gone)
				return exitStatus(rebootStatus)
			case reap(server):
				return errors.New("the server of the machine ended")
			}
		}
	}
}

func startServer() (pid int, err error) {
	server := exec.Command("/proc/self/exe") //nolint:noctx // it lives as long as the machine
	server.Args = []string{serverArgv}
	server.Env = machineEnvironment()
	control := os.NewFile(controlFD, "control")
	server.ExtraFiles = []*os.File{control}
	server.Stderr = os.Stderr
	server.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := server.Start(); err != nil {
		return 0, fmt.Errorf("start the server: %w", err)
	}
	return server.Process.Pid, control.Close()
}

// readLifeline passes on the daemon's orders to power off, each a line with the grace, and closes gone at EOF.
func readLifeline(lifeline io.Reader, orders chan<- time.Duration, gone chan<- struct{}) {
	defer close(gone)
	lines := bufio.NewScanner(lifeline)
	for lines.Scan() {
		if grace, err := time.ParseDuration(lines.Text()); err == nil {
			select {
			case orders <- grace:
			default: // it powers off already
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

// powerOff asks every process to end and returns when all have, or after grace.
func powerOff(grace time.Duration, signals <-chan os.Signal, gone <-chan struct{}) {
	_ = unix.Kill(-1, unix.SIGTERM) // nobody left is fine
	_ = unix.Kill(-1, unix.SIGCONT) // a stopped process takes its SIGTERM only then
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for {
		reap(0)
		if _, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); errors.Is(err, unix.ECHILD) {
			return
		}
		select {
		case <-signals:
		case <-gone:
			return
		case <-timer.C:
			return
		}
	}
}
