package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		0:            nil,
		exitFailed:   fmt.Errorf("broken"),
		exitUsage:    &tropic.Error{Kind: tropic.ErrValidation},
		exitNotFound: fmt.Errorf("show: %w", &tropic.Error{Kind: tropic.ErrNotFound}),
		exitRefused:  &tropic.Error{Kind: tropic.ErrPermission},
		exitTimeout:  context.DeadlineExceeded,
		42:           remoteExit(42),
	} {
		if got := exitCode(&bytes.Buffer{}, err); got != want {
			t.Errorf("%v ends with %d, want %d", err, got, want)
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"instance", "show"}, {"local", "up", "--nonsense"}, {"ssh-key", "download", "one"}, {"local", "exec", "desk"},
	} {
		root := newRoot()
		root.SetArgs(args)
		if code := exitCode(&bytes.Buffer{}, root.ExecuteContext(t.Context())); code != exitUsage {
			t.Errorf("tropic %s ends with %d, want %d", strings.Join(args, " "), code, exitUsage)
		}
	}
}

func TestTemplatesNeedNoCloud(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetArgs([]string{"agent", "templates"})
	if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), "researcher") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
