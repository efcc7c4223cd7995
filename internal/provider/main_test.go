package provider_test

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tropic-acceptance-")
	if err == nil {
		defer os.RemoveAll(dir) //nolint:errcheck // a left-over temporary directory is no failure
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "preparing the acceptance tests:", err)
		return 1
	}
	return m.Run()
}
