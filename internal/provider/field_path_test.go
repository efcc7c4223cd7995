package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

func TestParseFieldPath(t *testing.T) {
	t.Parallel()
	names := attributeNames{"type": "instance_type"}
	for field, want := range map[string]path.Path{
		"name":                       path.Root("name"),
		"type":                       path.Root("instance_type"),
		"allowed_origins[2]":         path.Root("allowed_origins"),
		`files["notes/a[1].md"]`:     path.Root("files").AtMapKey("notes/a[1].md"),
		`files["../../etc/passwd"]`:  path.Root("files").AtMapKey("../../etc/passwd"),
		`files["unterminated`:        path.Root("files"),
		`credentials["anthropic"].x`: path.Root("credentials").AtMapKey("anthropic"),
	} {
		got, found := parseFieldPath(field, names)
		if !found || !got.Equal(want) {
			t.Errorf("%s gives %s (%v), want %s", field, got, found, want)
		}
	}
	for _, field := range []string{"", "[0]"} {
		if got, found := parseFieldPath(field, nil); found {
			t.Errorf("%q gives %s, want nothing", field, got)
		}
	}
}
