package provider_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

const guestPath = "/usr/local/bin/tropic-guest"

// newLiveCloud starts a cloud whose machines really run, with the guest built from this source in their image. They boot into
// a reconcile, or into another command.
func newLiveCloud(t *testing.T, boot ...string) *cloud {
	t.Helper()
	requireTerraform(t)
	if err := lite.Available(); err != nil {
		reason := "driver lite cannot run here, so nothing was tried on a machine that runs: " + err.Error()
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	guest, err := guestBinary()
	if err != nil {
		t.Fatal(err)
	}
	machines, err := lite.New(lite.Config{Dir: filepath.Join(t.TempDir(), "machines")})
	if err != nil {
		t.Fatal(err)
	}
	if len(boot) == 0 {
		boot = []string{guestPath, "reconcile"}
	}
	return newCloud(t, machines, driver.Image{
		Name:  "tropic-openclaw-test",
		Files: []driver.File{{Source: guest, Target: guestPath, Mode: 0o755}},
		Boot:  boot,
	})
}

var guestBinary = sync.OnceValues(func() (string, error) { return build("./cmd/tropic-guest", "tropic-guest") })

var providerBinary = sync.OnceValues(func() (string, error) { return build(".", "terraform-provider-tropic") })

func build(pkg, name string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	target := filepath.Join(scratch, name)
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", target, pkg)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, said)
	}
	return target, nil
}

// workspace is a directory in which Terraform runs with the built provider as a process of its own.
type workspace struct {
	t   *testing.T
	dir string
	env []string
}

func (c *cloud) workspace(t *testing.T, config string) *workspace {
	t.Helper()
	requireTerraform(t)
	binary, err := providerBinary()
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, dir: t.TempDir()}
	id, secret := c.server.Credentials()
	w.env = append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "dev.tfrc"),
		"AWS_ACCESS_KEY_ID="+id, "AWS_SECRET_ACCESS_KEY="+secret, "AWS_EC2_METADATA_DISABLED=true",
		tropic.EnvEndpoint+"="+c.server.Endpoint(), tropic.EnvRegion+"="+tropic.DefaultRegion,
	)
	w.write("dev.tfrc", fmt.Sprintf(`provider_installation {
  dev_overrides {
    "tropicbot/tropic"                       = %[1]q
    "registry.opentofu.org/tropicbot/tropic" = %[1]q
  }
  direct { exclude = ["*/*"] }
}
`, filepath.Dir(binary)))
	if config != "" {
		w.write("main.tf", config)
	}
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// command prepares a Terraform command.
func (w *workspace) command(ctx context.Context, args ...string) *exec.Cmd {
	w.t.Helper()
	cmd := exec.CommandContext(ctx, requireTerraform(w.t), args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	return cmd
}

// terraform runs a command that must succeed.
func (w *workspace) terraform(args ...string) string {
	w.t.Helper()
	said, err := w.command(context.Background(), args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("terraform %v: %v\n%s", args, err, said)
	}
	return string(said)
}

// usesTropic is what a configuration needs beside its resources, outside the test framework.
const usesTropic = `
terraform {
  required_providers {
    tropic = {
      source = "tropicbot/tropic"
    }
  }
}
`
