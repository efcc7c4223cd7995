package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestErrorDiagnostics(t *testing.T) {
	t.Parallel()
	err := errors.Join(
		&tropic.Error{Resource: "instance", Kind: tropic.ErrValidation, Field: "type", Reason: "type is odd", Next: "choose one"},
		errors.Join(&manifest.FieldError{Field: `files["x"]`, Reason: "is bad"}),
		&tropic.Error{
			Op: "creating", Resource: "instance", ID: "desk", AWSCode: "InsufficientInstanceCapacity", RequestID: "r-1",
			Reason: "no room",
		},
	)
	got := errorDiagnostics("Creating", err, attributeNames{"type": "instance_type"})
	if len(got) != 3 {
		t.Fatalf("%d diagnostics, want 3: %v", len(got), got)
	}
	for i, want := range []path.Path{path.Root("instance_type"), path.Root("files").AtMapKey("x")} {
		at, has := got[i].(diag.DiagnosticWithPath)
		if !has || !at.Path().Equal(want) {
			t.Errorf("diagnostic %d is not at %s: %v", i, want, got[i])
		}
	}
	for _, want := range []string{"creating instance desk: no room.", "AWS error code: InsufficientInstanceCapacity", "AWS request id: r-1"} {
		if !strings.Contains(got[2].Detail(), want) {
			t.Errorf("%q lacks %q", got[2].Detail(), want)
		}
	}
	if !strings.Contains(got[0].Detail(), "Next: choose one.") {
		t.Errorf("%q lacks the next step", got[0].Detail())
	}
}

func TestDetailOfDeadline(t *testing.T) {
	t.Parallel()
	if got := detail(fmt.Errorf("wait: %w", context.DeadlineExceeded)); !strings.Contains(got, "`timeouts`") {
		t.Errorf("%q does not name timeouts", got)
	}
}

func TestAgentCensus(t *testing.T) {
	t.Parallel()
	census := newAgentCensus()
	for _, slug := range []string{"b", "a", "b", "c", "a"} { // a replaced agent is planned twice
		census.plan("i-1", slug)
	}
	census.plan("i-2", "z")
	if got := strings.Join(census.plan("i-1", "a"), ","); got != "a,b,c" {
		t.Errorf("planned %s, want a,b,c", got)
	}
}
