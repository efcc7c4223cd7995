package provider_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
)

// TestAccKilled kills the provider's process with SIGKILL in the very moment of a call, so that neither Terraform nor the
// provider learns whether it had its effect. The next apply must end with one machine, one group, and nothing more.
func TestAccKilled(t *testing.T) {
	t.Parallel()
	const config = usesTropic + `
resource "tropic_ssh_key" "me" {
  name = "me"
}

resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_key                 = tropic_ssh_key.me.name
  ssh_cidrs               = ["203.0.113.7/32"]
  create_instance_profile = true
}
`
	for _, at := range []string{
		"CreateKeyPair", "CreateSecurityGroup", "RunInstances", "AuthorizeSecurityGroupIngress", "PutParameter", "SendCommand",
	} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			c := newLiveCloud(t)
			w := c.workspace(t, config)
			var kills atomic.Int32
			c.setIntercept(func(call localcloud.Call) *localcloud.Fault {
				if call.Operation != at || !kills.CompareAndSwap(0, 1) {
					return nil
				}
				if n := killProviders(c.server.Endpoint()); n == 0 {
					t.Errorf("found no provider process to kill at %s", at)
				}
				return &localcloud.Fault{Reset: true, AfterEffect: true}
			})
			said, err := w.command(context.Background(), "apply", "-auto-approve", "-input=false", "-no-color").CombinedOutput()
			if kills.Load() == 0 {
				t.Fatalf("the apply made no call %s:\n%s", at, said)
			}
			if err == nil {
				t.Fatalf("an apply whose provider was killed succeeded:\n%s", said)
			}
			w.terraform("apply", "-auto-approve", "-input=false", "-no-color")
			c.machine(t)
			if all := c.server.Instances(); len(all) != 1 {
				t.Errorf("machines %v were made, want one", all)
			}
			c.wantGroups(t, 1)
			w.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")
			w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
			if err := c.leftovers(); err != nil {
				t.Error(err)
			}
			c.wantGroups(t, 0)
		})
	}
}

// killProviders kills every built provider that talks to the endpoint, and returns how many.
func killProviders(endpoint string) int {
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return 0
	}
	killed := 0
	for _, environ := range environs {
		dir := filepath.Dir(environ)
		exe, err := os.Readlink(filepath.Join(dir, "exe"))
		if err != nil || filepath.Base(exe) != "terraform-provider-tropic" {
			continue
		}
		env, err := os.ReadFile(environ)
		if err != nil || !bytes.Contains(env, []byte("="+endpoint+"\x00")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	return killed
}
