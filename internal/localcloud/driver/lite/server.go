//go:build linux

package lite

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// request is one command that the daemon wants to be run.
type request struct {
	Command driver.Command
}

type response struct {
	Error  string // the command could not be started
	Result driver.Result
}

// runServer relays the metadata service and the AWS endpoint, and gives each connection of the control socket to a
// supervisor of its own. After SIGTERM, which is for everyone when the machine powers off, it takes no more, and ends
// with the last command.
func runServer() error {
	off := make(chan os.Signal, 1)
	signal.Notify(off, unix.SIGTERM)
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
	go func() {
		<-off
		_ = listener.Close() // ends the loop below
	}()
	var commands sync.WaitGroup
	defer commands.Wait()
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		commands.Go(func() { startSupervisor(conn) })
	}
}

// startSupervisor runs the process that answers conn, and returns at its end.
func startSupervisor(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // answered by then
	file, err := conn.(*net.UnixConn).File()
	if err != nil {
		_ = json.NewEncoder(conn).Encode(response{Error: err.Error()}) // the daemon may have hung up
		return
	}
	defer file.Close()                           //nolint:errcheck // the supervisor has its own
	supervisor := exec.Command("/proc/self/exe") //nolint:noctx // it watches the connection itself
	supervisor.Args = []string{supervisorArgv}
	supervisor.ExtraFiles = []*os.File{file}
	supervisor.Stderr = os.Stderr
	supervisor.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := supervisor.Start(); err != nil {
		_ = json.NewEncoder(conn).Encode(response{Error: "start a supervisor: " + err.Error()}) // as above
		return
	}
	_ = conn.Close() // so that the daemon sees the end of a supervisor that was killed
	_ = file.Close()
	_ = supervisor.Wait() // it has answered, or has been killed
}
