//go:build linux

package lite

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// Names under which the hosting binary is run again.
const (
	stageArgv      = "tropic-lite-stage"
	initArgv       = "tropic-lite-init"
	reaperArgv     = "tropic-lite-reaper"
	serverArgv     = "tropic-lite-server"
	supervisorArgv = "tropic-lite-supervisor"
	probeArgv      = "tropic-lite-probe"
)

// Descriptors that a machine's first processes inherit.
const (
	controlFD  = 3 // listener of the control socket
	lifelineFD = 4 // brings the daemon's orders, and EOF when the daemon is gone
)

// initConfig is what init is told on its command line. It holds no secret.
type initConfig struct {
	Hostname string `json:"hostname"`
}

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
	case supervisorArgv:
		run = runSupervisor
	case probeArgv:
		run = runProbe
	default:
		return
	}
	err := closeInherited()
	if err == nil {
		err = run()
	}
	var end exitStatus
	switch {
	case errors.As(err, &end):
		os.Exit(int(end))
	case err != nil:
		fmt.Fprintln(os.Stderr, os.Args[0]+": "+err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// exitStatus ends a role with this code and no message.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// closeInherited keeps descriptors from going further than to the role they were given to: neither those of whoever
// started the daemon nor a machine's own reach a command.
func closeInherited() error {
	if err := unix.CloseRange(controlFD, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("close inherited descriptors (close_range needs Linux 5.11): %w", err)
	}
	return nil
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
	cmd := exec.Command(stagedProgram()) //nolint:noctx // it lives as long as the machine
	cmd.Args = append([]string{initArgv}, append(os.Args[1:], "staged")...)
	cmd.Env, cmd.SysProcAttr = []string{}, namespaces()
	cmd.ExtraFiles = []*os.File{os.NewFile(controlFD, "control"), os.NewFile(lifelineFD, "lifeline")}
	cmd.Stderr = os.Stderr
	err := cmd.Run()
	if cmd.ProcessState != nil {
		return exitStatus(exitCode(cmd.ProcessState))
	}
	return fmt.Errorf("start init in its namespaces: %w", err)
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
	program, err := os.OpenFile(stagedProgram(), unix.O_PATH, 0)
	if err != nil {
		return err
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
	return becomeReaper(program)
}

// becomeReaper runs PID 1 anew, from the read-only view of this program, with less than a user namespace gives. What is
// dropped here is gone for all that it starts. Credentials belong to threads, and only exec makes one thread's the
// process's.
func becomeReaper(program *os.File) error {
	runtime.LockOSThread()
	if err := dropPrivileges(); err != nil {
		return err
	}
	for _, fd := range []uintptr{controlFD, lifelineFD} {
		if _, err := unix.FcntlInt(fd, unix.F_SETFD, 0); err != nil {
			return fmt.Errorf("keep descriptor %d: %w", fd, err)
		}
	}
	if err := unix.Exec(descriptorPath(program.Fd()), []string{reaperArgv}, nil); err != nil {
		return fmt.Errorf("run init anew: %w", err)
	}
	return nil
}

func dropPrivileges() error {
	// With CAP_SYS_ADMIN, root inside could remount the host's /usr writable, or unmount what covers the host's
	// /usr/local. A user namespace made inside finds these mounts locked.
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_SYS_ADMIN, 0, 0, 0); err != nil {
		return fmt.Errorf("drop CAP_SYS_ADMIN: %w", err)
	}
	// Setuid programs of the host have no effect inside anyway, since their owner is not mapped; root changes users with
	// its capabilities. So nothing a machine can do needs this, and a setuid file it makes is worth nothing to anyone.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	// The daemon's session keyring may hold tickets and keys of its user. Where the kernel or a container engine denies
	// keyrings, a machine cannot read them either.
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("leave the daemon's session keyring: %w", err)
	}
	return nil
}
