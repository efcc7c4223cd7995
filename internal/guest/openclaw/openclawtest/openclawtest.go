// Package openclawtest finds the real OpenClaw for tests.
package openclawtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Program returns the path of a program that runs OpenClaw: the one that TROPIC_OPENCLAW names, else the one that
// scripts/openclaw installed. Where there is none, the test is skipped; with CI=true it fails.
func Program(t testing.TB) string {
	t.Helper()
	if program := os.Getenv("TROPIC_OPENCLAW"); program != "" {
		return program
	}
	gomod, err := exec.CommandContext(t.Context(), "go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("where the module begins: %v", err)
	}
	program := filepath.Join(filepath.Dir(strings.TrimSpace(string(gomod))), ".cache", "openclaw", "openclaw")
	if _, err := os.Stat(program); err == nil {
		return program
	}
	const missing = "there is no OpenClaw: run scripts/openclaw (it needs npm), or set TROPIC_OPENCLAW to the path of its program"
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip("SKIPPED: " + missing)
	return ""
}
