package ec2api

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// attribute returns the values a resource has for a filter name, and false for a name that EC2 does not know.
type attribute func(name string) (values []string, known bool)

// matches applies the Filter list of a describe call: every filter must match, by any of its values.
func matches(q wire.Query, of attribute) (bool, error) {
	for _, filter := range q.List("Filter") {
		name := filter.String("Name")
		have, known := of(name)
		if !known {
			return false, &wire.Error{Code: "InvalidParameterValue", Message: "The filter '" + name + "' is invalid"}
		}
		if !anyMatch(filter.Strings("Value"), have) {
			return false, nil
		}
	}
	return true, nil
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

func decodeInto[T any](out map[string]*T, key string, raw []byte) error {
	v := new(T)
	if err := json.Unmarshal(raw, v); err != nil {
		return err
	}
	out[key] = v
	return nil
}
