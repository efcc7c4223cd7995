package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tortureReplica is a place for a process of the meter: one runs there, until it is killed and the next is started.
type tortureReplica struct {
	t         *testing.T
	log       string
	args, env []string
	cmd       *exec.Cmd
	exited    chan struct{} // closed when the process has ended
}

// newTortureReplica starts the first process. Take-over takes a second, and EC2 is looked at each second.
func newTortureReplica(t *testing.T, name, store string, env []string) *tortureReplica {
	t.Helper()
	return newTortureProcess(
		t, name, append(os.Environ(), append(env, asTropic+"=1", "TROPIC_METER_STORE="+store)...),
		"meter", "serve", "--listen", "127.0.0.1:0", "--sweep", "1s", "--renewal", "2s", "--margin", "1s", "--lead", "500ms",
		"--warn", "2s", "--shard-lease", "1s", "--heartbeat", "300ms", "--drain", "1s",
	)
}

// newTortureProcess starts this binary with arguments.
func newTortureProcess(t *testing.T, name string, env []string, args ...string) *tortureReplica {
	t.Helper()
	r := &tortureReplica{t: t, log: filepath.Join(t.TempDir(), name+".log"), env: env, args: args}
	r.start()
	t.Cleanup(func() {
		r.signal(syscall.SIGKILL)
		<-r.exited
		if t.Failed() {
			t.Logf("the end of what %s said:\n%s", name, r.tail())
		}
	})
	return r
}

func (r *tortureReplica) start() {
	r.t.Helper()
	self, err := os.Executable()
	must(r.t, err)
	log, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(r.t, err)
	// Not the test's context, which has ended when the test cleans up: processes are ended by their own signals.
	r.cmd = exec.Command(self, r.args...)
	r.cmd.Env, r.cmd.Stderr = r.env, log
	must(r.t, r.cmd.Start())
	cmd, exited := r.cmd, make(chan struct{})
	r.exited = exited
	go func() {
		_ = cmd.Wait() // the state says it
		_ = log.Close()
		close(exited)
	}()
}

func (r *tortureReplica) signal(s syscall.Signal) {
	_ = r.cmd.Process.Signal(s) // one that has ended needs none
}

// kill ends the process wherever it is, and starts another.
func (r *tortureReplica) kill() {
	r.t.Helper()
	r.signal(syscall.SIGKILL)
	<-r.exited
	r.start()
}

// keep starts another process where one ended by itself, as a supervisor does: a meter does not start without its store.
func (r *tortureReplica) keep() (ended bool) {
	r.t.Helper()
	select {
	case <-r.exited:
		r.start()
		return true
	default:
		return false
	}
}

// pause has the process sleep for a while. It wakes up whatever the test does meanwhile: it may hold SQLite's lock.
func (r *tortureReplica) pause(d time.Duration) {
	process := r.cmd.Process
	_ = process.Signal(syscall.SIGSTOP) // as above
	time.AfterFunc(d, func() { _ = process.Signal(syscall.SIGCONT) })
}

// end asks the process to end in good order, and waits for it.
func (r *tortureReplica) end() {
	r.t.Helper()
	r.signal(syscall.SIGTERM)
	select {
	case <-r.exited:
	case <-time.After(20 * time.Second):
		r.t.Fatal("a replica did not end within 20 s of SIGTERM")
	}
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		r.t.Errorf("a replica ended with exit code %d after SIGTERM", code)
	}
}

// said is all that processes wrote here.
func (r *tortureReplica) said() []byte {
	r.t.Helper()
	text, err := os.ReadFile(r.log)
	must(r.t, err)
	return text
}

func (r *tortureReplica) tail() string {
	lines := strings.Split(string(bytes.TrimSpace(r.said())), "\n")
	return strings.Join(lines[max(0, len(lines)-80):], "\n")
}
