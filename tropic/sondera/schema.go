package sondera

import (
	_ "embed" // for the schema
	"fmt"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

//go:embed schema.cedarschema
var schemaText []byte

// Schema is the vocabulary of policies: a Cedar schema with comments.
func Schema() string { return string(schemaText) }

var validator = sync.OnceValues(func() (*validate.Validator, error) {
	var s schema.Schema
	s.SetFilename("schema.cedarschema")
	if err := s.UnmarshalCedar(schemaText); err != nil {
		return nil, fmt.Errorf("the schema of policies: %w", err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		return nil, fmt.Errorf("the schema of policies: %w", err)
	}
	return validate.New(resolved, validate.WithStrict()), nil
})

// validateSchema checks a policy against the schema by cedar-go's own validator, and returns what is wrong.
func validateSchema(p *ast.Policy) (why []string) {
	defer func() {
		if recover() != nil { // it is experimental, and a policy that it cannot take is not used
			why = []string{"it uses an expression that cannot be checked"}
		}
	}()
	v, err := validator()
	if err != nil {
		return []string{err.Error()}
	}
	if err := v.Policy("", p); err != nil {
		return strings.Split(err.Error(), "\n")
	}
	return nil
}
