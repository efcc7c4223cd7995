package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/simulate"
)

// Simulate prints what it measured as JSON, nothing else, and refuses a store that is in use.
func TestSimulate(t *testing.T) {
	t.Parallel()
	address := "sqlite:" + filepath.Join(t.TempDir(), "s.db")
	args := []string{"meter", "simulate", "--instances", "500", "--ticks", "2", "--store", address}
	out, errs, code := call(t, "", args...)
	var r simulate.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || errs != "" || r.Charges != 1000 || !r.Conservation.Holds || r.Store != "sqlite" {
		t.Errorf("exit %d, %s%s, %v", code, out, errs, err)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"again":   {args, "the store is not empty"},
		"no mode": {append(args, "--mode", "fast"), `the mode "fast"`},
		"nothing": {append(args, "--instances", "0"), "0 instances"},
		"address": {append(args, "--store", "redis://u:hunter2@h"), "not the address of a store"},
	} {
		if out, errs, code := call(t, "", c.args...); code != exitUsage || !strings.Contains(errs, c.want) || strings.Contains(errs, "hunter2") || out != "" {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errs)
		}
	}
}
