package iamapi

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type simulationXML struct {
	Action   string   `xml:"EvalActionName"`
	Resource string   `xml:"EvalResourceName"`
	Decision decision `xml:"EvalDecision"`
}

type simulationOutput struct {
	Results   []simulationXML `xml:"EvaluationResults>member"`
	Truncated bool            `xml:"IsTruncated"`
}

// simulatePrincipalPolicy says what a role's policies decide on actions and resources, under given context keys.
func (s *Service) simulatePrincipalPolicy(_ wire.Request, q wire.Query) (any, error) {
	name, mine := strings.CutPrefix(q.String("PolicySourceArn"), s.arn("role", ""))
	r := s.roles[name]
	if !mine || r == nil {
		return nil, noSuchEntity("role", q.String("PolicySourceArn"))
	}
	documents, err := r.documents()
	if err != nil {
		return nil, err
	}
	keys := map[string]string{}
	for _, entry := range q.List("ContextEntries.member") {
		values := entry.Strings("ContextKeyValues.member")
		if len(values) != 1 {
			return nil, &wire.Error{Code: "InvalidInput", Message: "The embedded cloud takes one value for a context key."}
		}
		keys[strings.ToLower(entry.String("ContextKeyName"))] = values[0]
	}
	resources := q.Strings("ResourceArns.member")
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var out simulationOutput
	for _, action := range q.Strings("ActionNames.member") {
		for _, resource := range resources {
			out.Results = append(out.Results, simulationXML{action, resource, evaluate(documents, call{action, resource, keys})})
		}
	}
	return out, nil
}
