package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// pollInterval is how often Shutdown looks whether the daemon is gone.
const pollInterval = 50 * time.Millisecond

// Client talks to the daemon of one state directory. It is safe for concurrent use.
type Client struct {
	dir  string
	http *http.Client
}

// NewClient returns a client for dir's daemon, whether it runs or not.
func NewClient(dir string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, socketFile))
	}
	return &Client{dir: dir, http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Status returns what the daemon says of itself, or ErrNotRunning.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var s Status
	return s, c.call(ctx, http.MethodGet, "/status", nil, &s)
}

// Exec runs a command as root in an instance.
func (c *Client) Exec(ctx context.Context, instanceID string, cmd driver.Command) (driver.Result, error) {
	var r driver.Result
	return r, c.call(ctx, http.MethodPost, "/exec/"+instanceID, cmd, &r)
}

// Console returns the tail of an instance's console.
func (c *Client) Console(ctx context.Context, instanceID string) ([]byte, error) {
	var text []byte
	return text, c.call(ctx, http.MethodGet, "/console/"+instanceID, nil, &text)
}

// Shutdown stops the daemon and returns when it is gone. It is ErrNotRunning when there was none.
func (c *Client) Shutdown(ctx context.Context) error {
	if err := c.call(ctx, http.MethodPost, "/shutdown", struct{}{}, &struct{}{}); err != nil {
		return err
	}
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		alive, err := running(c.dir)
		if err != nil || !alive {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the embedded cloud in %s still stops: %w", c.dir, ctx.Err())
		case <-tick.C:
		}
	}
}

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	if _, err := Find(c.dir); err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the embedded cloud in %s: %w", c.dir, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	if resp.StatusCode != http.StatusOK {
		var f failure
		if err := json.NewDecoder(resp.Body).Decode(&f); err != nil || f.Error == "" {
			return fmt.Errorf("the embedded cloud answered %s", resp.Status)
		}
		return errors.New(f.Error)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
