package localcloud

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that their deadlines run on a test's time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.conns <- server
	return client, nil
}

// The server must not close a connection that an SDK may still use, whether it had a request or none: the SDK gives up
// idle ones after 90 seconds, and what it sends on one that the server just closes is lost.
func TestTheClientEndsIdleConnections(t *testing.T) {
	t.Parallel()
	const sdkPatience = 90 * time.Second
	synctest.Test(t, func(t *testing.T) {
		listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		server := newHTTPServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), slog.New(slog.DiscardHandler))
		go func() { _ = server.Serve(listener) }()
		defer server.Close() //nolint:errcheck // the listener is the test's own
		for _, requests := range []int{0, 1} {
			conn, err := listener.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // both ends are the test's own
			for range requests {
				exchange(t, conn)
			}
			time.Sleep(sdkPatience)
			exchange(t, conn)
		}
	})
}

func exchange(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1024)
	n, err := conn.Read(answer)
	if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 200") {
		t.Fatalf("answer %q, %v", answer[:n], err)
	}
}

func TestNobodyPassesAClosedGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g gate
		if !g.enter() {
			t.Fatal("an open gate is closed")
		}
		closed := make(chan struct{})
		go func() { g.close(); close(closed) }()
		synctest.Wait()
		if g.enter() {
			t.Error("a call came in while the gate closes")
		}
		select {
		case <-closed:
			t.Error("closed with a call inside")
		default:
		}
		g.leave()
		<-closed
	})
}
