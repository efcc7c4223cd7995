package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/go-json-experiment/json"
)

// validate refuses what the description does not allow, and parameters that it does not name.
func (s *Server) validate(c *check) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			err := c.queryErr(r)
			if err == nil {
				if invalid := openapi3filter.ValidateRequest(r.Context(), c.input(r)); invalid != nil {
					err = malformed(explain(invalid))
				}
			}
			if err != nil {
				s.fail(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// queryErr refuses parameters that are unknown or come twice: one that was mistyped would be as good as left out.
func (c *check) queryErr(r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return malformed("the query cannot be read; percent-encode what is special in it")
	}
	for name, values := range query {
		if !slices.Contains(c.queries, name) {
			return malformed(fmt.Sprintf("the query has a parameter that is not known here; known are %q", c.queries))
		}
		if len(values) > 1 {
			return malformed(fmt.Sprintf("the query has %s more than once", name))
		}
	}
	return nil
}

// explain says what is wrong with a request, by the words of the description alone: what was sent is not repeated.
func explain(err error) string {
	where := "the request"
	var request *openapi3filter.RequestError
	if errors.As(err, &request) {
		switch {
		case request.Parameter != nil:
			where = fmt.Sprintf("%s, in the request's %s,", request.Parameter.Name, request.Parameter.In)
		case request.RequestBody != nil:
			where = "the body"
		}
	}
	var broken *openapi3.SchemaError
	switch {
	case errors.As(err, &broken) && broken.SchemaField == "properties":
		return where + " has a member that is not known; /openapi.yaml says which there are"
	case errors.As(err, &broken):
		return fmt.Sprintf("%s does not fit the rule %q at %q in /openapi.yaml", where, broken.SchemaField, "/"+strings.Join(broken.JSONPointer(), "/"))
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		return where + " is missing"
	case where == "the body":
		return "the body cannot be read; want JSON as /openapi.yaml says, with Content-Type: application/json"
	default:
		return where + " cannot be read; /openapi.yaml says what is wanted"
	}
}

// decode reads a body strictly: no members that are unknown or come twice, nothing after it.
func decode[T any](body []byte) (T, error) {
	var out T
	if err := json.Unmarshal(body, &out, json.RejectUnknownMembers(true)); err != nil {
		return out, malformed("the body cannot be read; want one JSON object as /openapi.yaml says, each member once and in its range")
	}
	return out, nil
}
