//go:build linux

package lite

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Where a machine reaches its surroundings, and the sockets that lead there.
const (
	metadataAddress = "169.254.169.254:80"
	apiAddress      = "127.0.0.1:4566"

	// Sockets, below a machine's directory. The machine does not see the one on which the daemon asks for commands.
	controlSocket  = "control.sock"
	metadataSocket = socketDir + "/metadata.sock"
	apiSocket      = socketDir + "/api.sock"
	socketMount    = "/.lite/"
)

// machinePath is PATH in a machine.
const machinePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func machineEnvironment() []string {
	return []string{"HOME=/root", "PATH=" + machinePath, "LANG=C.UTF-8", "AWS_ENDPOINT_URL=http://" + apiAddress}
}

// raiseLoopback brings lo up and gives it the metadata service's address.
func raiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd) //nolint:errcheck // nothing was written
	up, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	up.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, up); err != nil {
		return fmt.Errorf("bring lo up: %w", err)
	}
	alias, err := unix.NewIfreq("lo:imds")
	if err != nil {
		return err
	}
	if err := alias.SetInet4Addr([]byte{169, 254, 169, 254}); err != nil {
		return err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFADDR, alias); err != nil {
		return fmt.Errorf("add the metadata address: %w", err)
	}
	return nil
}

// relay passes connections on address to the daemon's socket, until the process ends.
func relay(address, socket string) error {
	listener, err := net.Listen("tcp", address) //nolint:noctx // it lives as long as the machine
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				fmt.Fprintln(os.Stderr, "relay of "+address+" ended: "+err.Error())
				return
			}
			go pass(conn, socketMount+filepath.Base(socket))
		}
	}()
	return nil
}

func pass(inside net.Conn, socket string) {
	defer inside.Close() //nolint:errcheck // both ends are done
	dialer := net.Dialer{Timeout: 5 * time.Second}
	outside, err := dialer.Dial("unix", socket)
	if err != nil {
		return
	}
	defer outside.Close() //nolint:errcheck // both ends are done
	go func() {
		_, _ = io.Copy(outside, inside)
		_ = outside.(*net.UnixConn).CloseWrite()
	}()
	_, _ = io.Copy(inside, outside)
}
