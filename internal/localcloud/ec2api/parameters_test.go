package ec2api

import (
	"maps"
	"slices"
	"testing"
)

func TestEveryOperationSaysWhatItUnderstands(t *testing.T) {
	t.Parallel()
	have, want := slices.Sorted(maps.Keys(parameters)), slices.Sorted(maps.Keys(operations))
	if !slices.Equal(have, want) {
		t.Errorf("parameters are known of %v, operations are %v", have, want)
	}
	for operation, names := range parameters {
		for _, name := range names {
			if shapeOf(name) != name {
				t.Errorf("%s: %s is no shape", operation, name)
			}
		}
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Filter.12.Value.3": "Filter.N.Value.N",
		"InstanceId":        "InstanceId",
		"InstanceId.0":      "InstanceId.0",
		"InstanceId.-1":     "InstanceId.-1",
		"InstanceId.01":     "InstanceId.01",
		"InstanceId.2000":   "InstanceId.N",
		"InstanceId.2001":   "InstanceId.2001",
		"":                  "",
	} {
		if got := shapeOf(name); got != want {
			t.Errorf("shape of %q is %q, want %q", name, got, want)
		}
	}
}
