package provider

import (
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// parseFieldPath turns a field as the library writes it, such as `files["notes/today.md"]` or `allowed_origins[2]`,
// into the path of an attribute. Of an index only a map key is kept: Terraform addresses a member of a set by its value,
// which the message quotes. It reports false for text that is not such a path.
func parseFieldPath(field string, names attributeNames) (path.Path, bool) {
	name, rest, indexed := strings.Cut(field, "[")
	if attribute, renamed := names[name]; renamed {
		name = attribute
	}
	if name == "" {
		return path.Empty(), false
	}
	at := path.Root(name)
	if !indexed {
		return at, true
	}
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return at, true
	}
	key, err := strconv.Unquote(quoted)
	if err != nil {
		return at, true
	}
	return at.AtMapKey(key), true
}
