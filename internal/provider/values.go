package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Terraform tells null from empty, AWS does not. What AWS says is empty keeps the form the configuration gave it: these
// functions take the prior value for that.

// textOrPrior returns s, or for an empty s the prior value if that was empty too, else null.
func textOrPrior(s string, prior types.String) types.String {
	switch {
	case s != "":
		return types.StringValue(s)
	case !prior.IsUnknown() && prior.ValueString() == "":
		return prior
	}
	return types.StringNull()
}

// textOrNull returns s, or null for an empty s.
func textOrNull(s string) types.String { return textOrPrior(s, types.StringNull()) }

// setOrPrior returns values as a set, or for no values the prior one if that was empty too, else null.
func setOrPrior(values []string, prior types.Set) types.Set {
	if len(values) == 0 {
		if !prior.IsUnknown() && len(prior.Elements()) == 0 && prior.ElementType(context.Background()) == types.StringType {
			return prior
		}
		return types.SetNull(types.StringType)
	}
	return setOf(values)
}

// setOf returns values as a set that is never null.
func setOf(values []string) types.Set {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}

// mapOrPrior returns values as a map, or for no values the prior one if that was empty too, else null.
func mapOrPrior(values map[string]string, prior types.Map) types.Map {
	if len(values) == 0 {
		if !prior.IsUnknown() && len(prior.Elements()) == 0 && prior.ElementType(context.Background()) == types.StringType {
			return prior
		}
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(values))
	for k, v := range values {
		elements[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, elements)
}

// stringsOf returns the known elements of a set of strings, sorted; nil for a null or unknown set.
func stringsOf(set types.Set) []string {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	out := make([]string, 0, len(set.Elements()))
	for _, e := range set.Elements() {
		if s, ok := e.(types.String); ok && !s.IsUnknown() && !s.IsNull() {
			out = append(out, s.ValueString())
		}
	}
	slices.Sort(out)
	return out
}

// stringMapOf returns the known elements of a map of strings; nil for a null or unknown map.
func stringMapOf(m types.Map) map[string]string {
	if m.IsNull() || m.IsUnknown() {
		return nil
	}
	out := make(map[string]string, len(m.Elements()))
	for k, e := range m.Elements() {
		if s, ok := e.(types.String); ok && !s.IsUnknown() && !s.IsNull() {
			out[k] = s.ValueString()
		}
	}
	return out
}

// wholly reports whether a value and, for a set or map, every element is known.
func wholly(v attr.Value) bool {
	if v.IsUnknown() {
		return false
	}
	switch c := v.(type) {
	case types.Set:
		return !slices.ContainsFunc(c.Elements(), attr.Value.IsUnknown)
	case types.Map:
		return !slices.ContainsFunc(slices.Collect(maps.Values(c.Elements())), attr.Value.IsUnknown)
	}
	return true
}

// allKnown reports whether every value is wholly known.
func allKnown(values ...attr.Value) bool {
	return !slices.ContainsFunc(values, func(v attr.Value) bool { return !wholly(v) })
}
