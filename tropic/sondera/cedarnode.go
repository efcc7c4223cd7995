package sondera

import (
	"encoding/json"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
)

// stretchesOf are the literal stretches of a like pattern, which cedar-go shows only as JSON. The pattern is exact if it is
// one stretch between two *.
func stretchesOf(p types.Pattern) (stretches []string, exact bool) {
	text, err := p.MarshalJSON()
	if err != nil {
		return nil, false
	}
	var components []any
	if json.Unmarshal(text, &components) != nil {
		return nil, false
	}
	for _, c := range components {
		if m, ok := c.(map[string]any); ok {
			if s, ok := m["Literal"].(string); ok {
				stretches = append(stretches, s)
			}
		}
	}
	return stretches, len(components) == 3 && len(stretches) == 1 && components[0] == "Wildcard" && components[2] == "Wildcard"
}

// mayFail tells whether an expression that passed the schema can still fail to evaluate: by arithmetic that overflows, or
// an extension's text that is none.
func mayFail(n ast.IsNode) bool {
	fails := false
	ast.Inspect(ast.NewNode(n), func(n ast.IsNode) bool {
		switch n.(type) {
		case ast.NodeTypeAdd, ast.NodeTypeSub, ast.NodeTypeMult, ast.NodeTypeNegate, ast.NodeTypeExtensionCall,
			ast.NodeTypeGetTag, ast.NodeTypeHasTag:
			fails = true
		case ast.NodeTypeLessThan, ast.NodeTypeLessThanOrEqual, ast.NodeTypeGreaterThan, ast.NodeTypeGreaterThanOrEqual:
			fails = true // of other types than numbers; rules have little to compare
		}
		return !fails
	})
	return fails
}
