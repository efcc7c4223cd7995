//go:build linux

package lite

import (
	"bytes"
	"errors"
	"os"
	"os/signal"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// killLimit is how long killDescendants insists; only a process that hangs in the kernel takes so long.
	killLimit = 5 * time.Second
	// killPause lets killed processes end before the next look.
	killPause = 2 * time.Millisecond
)

// killDescendants kills every process below this one and returns when none is left. They are stopped first: a stopped
// process forks no more, so that one that forks as fast as it can is caught too.
func killDescendants() error {
	for deadline := time.Now().Add(killLimit); ; {
		caught := map[int]bool{}
		for fresh := true; fresh; {
			fresh = false
			living, err := descendants(os.Getpid())
			if err != nil {
				return err
			}
			for _, pid := range living {
				if !caught[pid] {
					caught[pid], fresh = true, true
					_ = unix.Kill(pid, unix.SIGSTOP) // it may just have ended
				}
			}
		}
		if len(caught) == 0 {
			return nil
		}
		for pid := range caught {
			_ = unix.Kill(pid, unix.SIGKILL) // as above
		}
		if time.Now().After(deadline) {
			return errors.New("some processes of the command do not end although they were killed")
		}
		<-time.After(killPause)
	}
}

// reapOrphans collects, for the life of a supervisor, the ended processes it inherited. The command itself is left to
// whoever waits for it.
func reapOrphans(command int) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	for range ended {
		all, err := processes()
		if err != nil {
			return
		}
		for _, p := range all {
			if p.parent == os.Getpid() && p.zombie && p.pid != command {
				_, _ = unix.Wait4(p.pid, nil, unix.WNOHANG, nil) // it has ended
			}
		}
	}
}

// descendants lists the living processes below root.
func descendants(root int) ([]int, error) {
	all, err := processes()
	if err != nil {
		return nil, err
	}
	children := map[int][]process{}
	for _, p := range all {
		children[p.parent] = append(children[p.parent], p)
	}
	var living []int
	for queue := []int{root}; len(queue) > 0; queue = queue[1:] {
		for _, p := range children[queue[0]] {
			queue = append(queue, p.pid)
			if !p.zombie {
				living = append(living, p.pid)
			}
		}
	}
	return living, nil
}

type process struct {
	pid, parent int
	zombie      bool
}

// processes reads the process table of this PID namespace from /proc (proc(5)).
func processes() ([]process, error) {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer proc.Close() //nolint:errcheck // read only
	names, err := proc.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var out []process
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		raw, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue // it has ended meanwhile
		}
		// The second field, the program's name in parentheses, may hold anything.
		fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
		if len(fields) < 2 {
			continue
		}
		parent, err := strconv.Atoi(string(fields[1]))
		if err != nil {
			continue
		}
		out = append(out, process{pid: pid, parent: parent, zombie: fields[0][0] == 'Z' || fields[0][0] == 'X'})
	}
	return out, nil
}
