package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/provider"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// cloud is an embedded cloud for one test, and a client of it.
type cloud struct {
	server *localcloud.Server
	client *tropic.Client
	dir    string

	mu        sync.Mutex
	calls     []localcloud.Call
	intercept func(localcloud.Call) *localcloud.Fault
}

// quick makes the cloud's transitions visible, and the tests short.
var quick = localcloud.Timing{
	Pending: 20 * time.Millisecond, Stopping: 20 * time.Millisecond, ShuttingDown: 20 * time.Millisecond,
	Registration: 20 * time.Millisecond, Delivery: 5 * time.Millisecond,
}

// newRecordCloud starts a cloud whose machines are records only: none ever connects.
func newRecordCloud(t *testing.T) *cloud {
	t.Helper()
	return newCloud(t, none.New(), driver.Image{Name: "tropic-openclaw-test"})
}

func newCloud(t *testing.T, machines driver.Driver, image driver.Image) *cloud {
	t.Helper()
	c := &cloud{dir: t.TempDir()}
	server, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: c.dir, Driver: machines, Timing: quick,
		Images: []localcloud.Image{{
			Image: image, Architecture: "x86_64", Tags: map[string]string{tropic.TagManaged: "true"},
		}},
		Observe:   c.observe,
		Intercept: c.fault,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := machines.Close(); err != nil {
			t.Error(err)
		}
	})
	c.server = server
	if c.client, err = tropic.New(t.Context(), append(c.options(), tropic.WithSnapshotTTL(0))...); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cloud) observe(call localcloud.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
}

func (c *cloud) fault(call localcloud.Call) *localcloud.Fault {
	c.mu.Lock()
	intercept := c.intercept
	c.mu.Unlock()
	if intercept == nil {
		return nil
	}
	return intercept(call)
}

func (c *cloud) setIntercept(f func(localcloud.Call) *localcloud.Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.intercept = f
}

// takeCalls returns the calls since the last time, in order.
func (c *cloud) takeCalls() []localcloud.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = nil
	return calls
}

// options are those of a client that polls as fast as the cloud changes.
func (c *cloud) options() []tropic.Option {
	id, secret := c.server.Credentials()
	return []tropic.Option{
		tropic.WithEndpoint(c.server.Endpoint()),
		tropic.WithRegion(tropic.DefaultRegion),
		tropic.WithCredentials(id, secret, ""),
		tropic.WithPolling(tropic.Backoff{Min: 10 * time.Millisecond, Max: 50 * time.Millisecond}),
		tropic.WithConnectTimeout(30 * time.Second),
		tropic.WithRetry(tropic.RetryPolicy{MaxBackoff: 50 * time.Millisecond}),
	}
}

// factories serve the provider from this process, pointed at the cloud.
func (c *cloud) factories(extra ...tropic.Option) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"tropic": func() (tfprotov6.ProviderServer, error) {
			return providerserver.NewProtocol6WithError(provider.New("test", append(c.options(), extra...)...)())()
		},
	}
}

// run applies the steps with the real Terraform and sees that nothing is left behind.
func (c *cloud) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	c.runWith(t, nil, steps...)
}

func (c *cloud) runWith(t *testing.T, extra []tropic.Option, steps ...resource.TestStep) {
	t.Helper()
	requireTerraform(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: c.factories(extra...),
		Steps:                    steps,
		CheckDestroy:             func(*terraform.State) error { return c.leftovers() },
	})
}

// leftovers reports whatever a destroy should have removed.
func (c *cloud) leftovers() error {
	ctx := context.Background()
	for _, i := range c.server.Instances() {
		if i.State != tropic.StateTerminated {
			return fmt.Errorf("machine %s (%s) is left, %s", i.ID, i.Name, i.State)
		}
	}
	keys, err := c.client.SSHKeys.List(ctx)
	if err != nil || len(keys) > 0 {
		return fmt.Errorf("%d SSH keys are left (%w)", len(keys), err)
	}
	policies, err := c.client.Policies.List(ctx)
	if err != nil || len(policies) > 0 {
		return fmt.Errorf("%d policies are left (%w)", len(policies), err)
	}
	return nil
}

// live returns the ids of the machines that are not terminated.
func (c *cloud) live() []string {
	var ids []string
	for _, i := range c.server.Instances() {
		if i.State != tropic.StateTerminated && i.State != tropic.StateShuttingDown {
			ids = append(ids, i.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// the one live machine.
func (c *cloud) machine(t *testing.T) string {
	t.Helper()
	ids := c.live()
	if len(ids) != 1 {
		t.Fatalf("%d machines live (%v), want 1", len(ids), ids)
	}
	return ids[0]
}

// terraformPath finds Terraform, or OpenTofu in its place.
var terraformPath = sync.OnceValues(func() (string, error) {
	if p := os.Getenv("TF_ACC_TERRAFORM_PATH"); p != "" {
		return p, nil
	}
	if p, err := exec.LookPath("terraform"); err == nil {
		return p, nil
	}
	return exec.LookPath("tofu")
})

func requireTerraform(t *testing.T) string {
	t.Helper()
	p, err := terraformPath()
	if err == nil {
		return p
	}
	const reason = "neither terraform nor tofu is on PATH: acceptance tests did not run"
	if os.Getenv("CI") == "true" {
		t.Fatal(reason)
	}
	t.Skip(reason)
	return ""
}

// prepare points Terraform at nothing of the person who runs the tests.
func prepare(dir string) error {
	config := filepath.Join(dir, "empty.tfrc")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return err
	}
	env := map[string]string{"TF_CLI_CONFIG_FILE": config, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
	if p, err := terraformPath(); err == nil {
		env["TF_ACC_TERRAFORM_PATH"] = p
		if filepath.Base(p) == "tofu" {
			env["TF_ACC_PROVIDER_HOST"] = "registry.opentofu.org"
		}
	}
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return errors.Join(os.Unsetenv("TROPIC_METER_URL"), os.Unsetenv("TROPIC_METER_TOKEN"))
}
