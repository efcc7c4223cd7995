package ec2api

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Limits of the filters of one call (EC2 User Guide, List and filter your resources).
const (
	maxFilters      = 50
	maxFilterValues = 200
)

// attribute returns the values a resource has for a filter name, and false for a name that EC2 does not know.
type attribute func(name string) (values []string, known bool)

// filters is the Filter list of a describe call.
type filters []filter

type filter struct {
	name   string
	values []string
}

// readFilters refuses a filter that the resource does not have, whether or not there is any such resource; of is asked
// for its names only.
func readFilters(q wire.Query, of attribute) (filters, error) {
	var out filters
	for _, f := range q.List("Filter") {
		name, values := f.String("Name"), f.Strings("Value")
		if _, known := of(name); !known {
			return nil, &wire.Error{Code: "InvalidParameterValue", Message: fmt.Sprintf("The filter '%s' is invalid", name)}
		}
		if out = append(out, filter{name, values}); len(out) > maxFilters || len(values) > maxFilterValues {
			return nil, &wire.Error{Code: "FilterLimitExceeded", Message: "A call has at most 50 filters with at most 200 values each."}
		}
	}
	return out, nil
}

// match needs every filter to match, by any of its values.
func (fs filters) match(of attribute) bool {
	for _, f := range fs {
		if have, _ := of(f.name); !anyMatch(f.values, have) {
			return false
		}
	}
	return true
}

func anyMatch(patterns, values []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return wildcard(pattern, v) })
	})
}

// wildcard matches EC2's * and ?, which unlike those of path.Match also span slashes.
func wildcard(pattern, value string) bool {
	hide := strings.NewReplacer("/", "\x00", "[", "\x01", "\\", "\x02")
	ok, err := path.Match(hide.Replace(pattern), hide.Replace(value))
	return err == nil && ok
}

// tagAttribute answers the filters tag:KEY and tag-key.
func tagAttribute(name string, tags map[string]string) ([]string, bool) {
	if key, found := strings.CutPrefix(name, "tag:"); found {
		if value, has := tags[key]; has {
			return []string{value}, true
		}
		return nil, true
	}
	if name == "tag-key" {
		var keys []string
		for key := range tags {
			keys = append(keys, key)
		}
		return keys, true
	}
	return nil, false
}
