package manifest_test

import (
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// An absolute path once made Validate climb from "/" to "/" for ever.
func TestAbsolutePathIsRefused(t *testing.T) {
	t.Parallel()
	a := manifest.Agent{Slug: "a", Name: "A", Files: map[string]string{"/etc/passwd": "x", "/": "x"}}
	if a.Validate() == nil {
		t.Error("an absolute path was accepted")
	}
}
