package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// Options are what a daemon is started with.
type Options struct {
	Cloud   localcloud.Config // Dir and Driver are required
	Version string
	Logger  *slog.Logger
	// Ready is called once the daemon answers; nil = not.
	Ready func(Record)
}

// Serve runs an embedded cloud in opts.Cloud.Dir until ctx ends or a Client asks for shutdown. State stays in the
// directory, and the next Serve goes on with it.
func Serve(ctx context.Context, opts Options) error {
	dir := opts.Cloud.Dir
	release, err := lock(dir)
	if err != nil {
		return err
	}
	defer release()

	listener, err := listenAdmin(ctx, dir)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // the socket goes with the process

	cloud, err := localcloud.Start(ctx, opts.Cloud)
	if err != nil {
		return err
	}
	id, secret := cloud.Credentials()
	record := Record{
		PID: os.Getpid(), Endpoint: cloud.Endpoint(), Driver: opts.Cloud.Driver.Name(),
		Limits:  opts.Cloud.Driver.Capabilities().Notes,
		Version: opts.Version, Started: time.Now().UTC().Truncate(time.Second),
	}
	if err := errors.Join(writeCredentials(dir, id, secret), writeRecord(dir, record)); err != nil {
		return errors.Join(err, cloud.Close())
	}
	defer func() { _ = os.Remove(filepath.Join(dir, recordFile)) }()

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	admin := &http.Server{Handler: (&admin{cloud: cloud, record: record, stop: stop}).routes(), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- admin.Serve(listener) }()
	if opts.Ready != nil {
		opts.Ready(record)
	}
	opts.Logger.Info("embedded cloud is up", "endpoint", record.Endpoint, "driver", record.Driver, "dir", dir)

	select {
	case err = <-served:
	case <-ctx.Done():
		err = nil
	}
	opts.Logger.Info("embedded cloud stops; its state stays", "dir", dir)
	return errors.Join(err, shutdown(ctx, admin), cloud.Close(), opts.Cloud.Driver.Close())
}

// shutdown lets answers under way be finished; ctx has ended by now.
func shutdown(ctx context.Context, server *http.Server) error {
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}

func listenAdmin(ctx context.Context, dir string) (net.Listener, error) {
	path := filepath.Join(dir, socketFile)
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path of the admin socket has %d characters and Linux allows %d: choose a shorter --dir", len(path), maxSocketPath)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the admin socket of an earlier daemon: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on the admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// admin answers a Client.
type admin struct {
	cloud  *localcloud.Server
	record Record
	stop   context.CancelFunc
}

func (a *admin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", a.status)
	mux.HandleFunc("POST /exec/{id}", a.exec)
	mux.HandleFunc("GET /console/{id}", a.console)
	mux.HandleFunc("POST /shutdown", a.shutdown)
	return mux
}

// Status is what a daemon says of itself and its instances.
type Status struct {
	Record
	Instances []localcloud.InstanceRecord `json:"instances"`
}

func (a *admin) status(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, Status{Record: a.record, Instances: a.cloud.Instances()})
}

func (a *admin) exec(w http.ResponseWriter, r *http.Request) {
	var cmd driver.Command
	if err := json.NewDecoder(r.Body).Decode(&cmd); err != nil {
		answer(w, http.StatusBadRequest, failure{err.Error()})
		return
	}
	result, err := a.cloud.Exec(r.Context(), r.PathValue("id"), cmd)
	if err != nil {
		answer(w, http.StatusConflict, failure{err.Error()})
		return
	}
	answer(w, http.StatusOK, result)
}

func (a *admin) console(w http.ResponseWriter, r *http.Request) {
	text, err := a.cloud.Console(r.Context(), r.PathValue("id"))
	if err != nil {
		answer(w, http.StatusConflict, failure{err.Error()})
		return
	}
	answer(w, http.StatusOK, text)
}

func (a *admin) shutdown(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, struct{}{})
	a.stop()
}

type failure struct {
	Error string `json:"error"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}
