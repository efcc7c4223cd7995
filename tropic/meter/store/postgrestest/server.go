// Package postgrestest starts a PostgreSQL server of its own for tests, from the machine's binaries.
package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// ErrMissing is returned on a machine without PostgreSQL.
var ErrMissing = errors.New("PostgreSQL is not installed (initdb and pg_ctl are neither on PATH nor below /usr/lib/postgresql)")

// Server is a running server, reached by a socket in its own directory.
type Server struct {
	bin, dir string
	as       *syscall.Credential // nil to run as we are
}

// Start makes a cluster in a new directory and starts it. PostgreSQL refuses to run as root: then it runs as nobody.
func Start(ctx context.Context) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket's path has 107 bytes at most
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if os.Geteuid() == 0 {
		if err := s.becomeNobody(); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	if err := s.run(ctx, "initdb", "-D", s.data(), "-U", "tropic", "-A", "trust", "-E", "UTF8", "--no-sync"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// Address is where the server's database is.
func (s *Server) Address() string {
	return "postgres:///postgres?" + url.Values{"host": {s.dir}, "user": {"tropic"}}.Encode()
}

// Restart starts a server that is not running, and waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "-D", s.data(), "-w", "-l", filepath.Join(s.dir, "log"), "-o", "-c listen_addresses='' -k "+s.dir, "start")
}

// Crash ends the server as a loss of power would, as far as the database can tell.
func (s *Server) Crash(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop")
}

// Close ends the server and removes its directory.
func (s *Server) Close(ctx context.Context) error {
	return errors.Join(s.Crash(ctx), os.RemoveAll(s.dir))
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, program), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	if s.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	// The server outlives pg_ctl and must not inherit its output, or reading that would wait for the server.
	out, err := os.CreateTemp("", "pg-out")
	if err != nil {
		return err
	}
	defer func() { _, _ = out.Close(), os.Remove(out.Name()) }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", program, err, bytes.TrimSpace(text))
	}
	return nil
}

// nobody is the user that Linux keeps for nobody in particular. It is not looked up by its name: a test binary that is linked
// with much else cannot always (glibc's lookup then finds no buffer large enough).
const nobody = 65534

func (s *Server) becomeNobody() error {
	s.as = &syscall.Credential{Uid: nobody, Gid: nobody}
	return os.Chown(s.dir, nobody, nobody)
}

// binaries is the directory with initdb and pg_ctl, of the newest version if there are several.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(real), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrMissing
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}
