package api_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
)

// serveSlowly serves a handler that waits; it returns when a request is in it.
func serveSlowly(t *testing.T, drain time.Duration) (stop, release func(), answered, ended chan error) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, gate := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		select {
		case <-gate:
			_, _ = io.WriteString(w, "done")
		case <-r.Context().Done():
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	answered, ended = make(chan error, 1), make(chan error, 1)
	go func() { ended <- api.Serve(ctx, listener, handler, slog.New(slog.DiscardHandler), drain) }()
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
		answered <- err
	}()
	<-entered
	return cancel, func() { close(gate) }, answered, ended
}

// A request in flight is answered though the server was told to end, and nothing new is taken.
func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	stop, release, answered, ended := serveSlowly(t, time.Minute)
	stop()
	select {
	case err := <-ended:
		t.Fatal("the server did not wait:", err)
	case err := <-answered:
		t.Fatal("the request was cut off:", err)
	default:
	}
	release()
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What takes longer than the drain is cut off, and that is said.
func TestShutdownEnds(t *testing.T) {
	t.Parallel()
	stop, _, answered, ended := serveSlowly(t, time.Millisecond)
	stop()
	if err := <-ended; err == nil {
		t.Error("a request that was cut off is no clean end")
	}
	if err := <-answered; err == nil {
		t.Error("the request was answered")
	}
}

// A listener that fails ends the server with why.
func TestListenerFails(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := api.Serve(t.Context(), listener, http.NotFoundHandler(), slog.New(slog.DiscardHandler), time.Second); err == nil {
		t.Error("it served on a closed listener")
	}
}
