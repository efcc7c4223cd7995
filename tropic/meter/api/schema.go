package api

import (
	_ "embed" // of the description
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Description is the OpenAPI description of the API, in YAML.
//
//go:embed openapi.yaml
var Description []byte

// schema is the description, read.
type schema struct{ document *openapi3.T }

func loadSchema() (*schema, error) {
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData(Description)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	if err := document.Validate(loader.Context); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return &schema{document}, nil
}

// check is what the description says of a route.
type check struct {
	route   *routers.Route
	path    []string // names of the parameters in the path
	queries []string // names of those in the query
}

func (s *schema) checks(method, path string) (*check, error) {
	item := s.document.Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		return nil, fmt.Errorf("openapi.yaml says nothing of %s %s", method, path)
	}
	operation := item.GetOperation(method)
	c := &check{route: &routers.Route{Spec: s.document, Path: path, PathItem: item, Method: method, Operation: operation}}
	for _, p := range slices.Concat(item.Parameters, operation.Parameters) {
		switch p.Value.In {
		case openapi3.ParameterInPath:
			c.path = append(c.path, p.Value.Name)
		case openapi3.ParameterInQuery:
			c.queries = append(c.queries, p.Value.Name)
		}
	}
	return c, nil
}

// input is a request as the validator wants it. Who calls is known already.
func (c *check) input(r *http.Request) *openapi3filter.RequestValidationInput {
	params := map[string]string{}
	for _, name := range c.path {
		params[name] = r.PathValue(name)
	}
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: c.route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true},
	}
}
