package provider_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
)

// scratch is a directory for what all tests of a run share: built binaries and an empty Terraform configuration.
var scratch string

func TestMain(m *testing.M) {
	lite.Init()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tropic-acceptance-")
	if err == nil {
		defer os.RemoveAll(dir) //nolint:errcheck // a left-over temporary directory is no failure
		scratch = dir
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "preparing the acceptance tests:", err)
		return 1
	}
	return m.Run()
}
