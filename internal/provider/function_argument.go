package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// argumentError says every fault of an argument, each on a line of its own.
func argumentError(position int64, err error) *function.FuncError {
	var lines []string
	for _, fault := range faults(err) {
		var typed *tropic.Error
		if errors.As(fault, &typed) {
			bare := *typed
			bare.Op, bare.Resource, bare.ID = "", "", ""
			fault = &bare
		}
		lines = append(lines, strings.TrimSuffix(fault.Error(), ".")) // Terraform ends the last one
	}
	return function.NewArgumentFuncError(position, strings.Join(lines, ".\n"))
}

// jsonOf writes a value of any type as JSON; a string is JSON already. Members of objects that are null are left out.
// It reports false where a part is not known yet.
func jsonOf(v attr.Value) (raw []byte, known bool, err error) {
	if s, is := v.(types.String); is {
		return []byte(s.ValueString()), !s.IsUnknown(), nil
	}
	plain, known, err := plainOf(v)
	if err != nil || !known {
		return nil, known, err
	}
	raw, err = json.Marshal(plain)
	return raw, true, err
}

// plainOf turns a value into what encoding/json writes.
func plainOf(v attr.Value) (plain any, known bool, err error) {
	switch {
	case v == nil || v.IsNull():
		return nil, true, nil
	case v.IsUnknown():
		return nil, false, nil
	}
	switch v := v.(type) {
	case types.Dynamic:
		return plainOf(v.UnderlyingValue())
	case types.String:
		return v.ValueString(), true, nil
	case types.Bool:
		return v.ValueBool(), true, nil
	case types.Number:
		return json.Number(v.ValueBigFloat().Text('f', -1)), true, nil
	case types.Object:
		return plainMembers(v.Attributes())
	case types.Map:
		return plainMembers(v.Elements())
	case types.List:
		return plainElements(v.Elements())
	case types.Set:
		return plainElements(v.Elements())
	case types.Tuple:
		return plainElements(v.Elements())
	}
	return nil, true, fmt.Errorf("a value of type %T has no place in a call", v)
}

func plainMembers(members map[string]attr.Value) (any, bool, error) {
	out := make(map[string]any, len(members))
	for name, v := range members {
		plain, known, err := plainOf(v)
		if err != nil || !known {
			return nil, known, err
		}
		if plain != nil {
			out[name] = plain
		}
	}
	return out, true, nil
}

func plainElements(elements []attr.Value) (any, bool, error) {
	out := make([]any, 0, len(elements))
	for _, v := range elements {
		plain, known, err := plainOf(v)
		if err != nil || !known {
			return nil, known, err
		}
		out = append(out, plain)
	}
	return out, true, nil
}
