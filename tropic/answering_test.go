package tropic_test

import (
	"context"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// answering is a driver of machines whose agent is connected, and which answer every command with an empty report.
type answering struct {
	*none.Driver

	mu       sync.Mutex
	commands map[string]int // by instance id
}

func (d *answering) Capabilities() driver.Capabilities { return driver.Capabilities{Exec: true} }

func (d *answering) Exec(_ context.Context, id string, _ driver.Command) (driver.Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.commands[id]++
	return driver.Result{Stdout: []byte("{}\n"), Started: time.Now(), Ended: time.Now()}, nil
}

func (d *answering) counts() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.commands)
}

// newAnsweringCloud is an embedded cloud whose machines connect, and do nothing but answer.
func newAnsweringCloud(t *testing.T) *recordCloud {
	t.Helper()
	return newLaggingCloud(t, lag.Config{})
}

// newLaggingCloud is one whose reads are behind, too.
func newLaggingCloud(t *testing.T, behind lag.Config) *recordCloud {
	t.Helper()
	machines := &answering{Driver: none.New(), commands: map[string]int{}}
	cloud := startCloud(t, machines, behind, "tropic-openclaw-test")
	cloud.machines = machines
	cloud.patience = 10 * time.Second
	return cloud
}

// forgetAnswers makes wasPoked look only at what comes from now on.
func (c *recordCloud) forgetAnswers() {
	c.machines.mu.Lock()
	defer c.machines.mu.Unlock()
	clear(c.machines.commands)
}

// wasPoked waits until the machine has been given a command: a poke by tag is not waited for by who sends it.
func (c *recordCloud) wasPoked(t *testing.T, id string) {
	t.Helper()
	for range 2000 {
		if c.machines.counts()[id] > 0 {
			return
		}
		select {
		case <-t.Context().Done():
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Errorf("machine %s was not poked", id)
}

// online makes a machine that is complete and connected.
func (c *recordCloud) online(t *testing.T, name string) *tropic.Instance {
	t.Helper()
	spec := desk()
	spec.Name = name
	instance, _, err := c.client(t).Instances.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return instance
}
