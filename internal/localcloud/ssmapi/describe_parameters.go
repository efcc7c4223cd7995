package ssmapi

import (
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type parameterFilter struct {
	Key, Option string
	Values      []string
}

type describeParametersInput struct {
	ParameterFilters []parameterFilter
	MaxResults       int
	NextToken        string
}

func (s *Service) describeParameters(req wire.Request, in describeParametersInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	found, err := s.filterParameters(req.Region, in.ParameterFilters)
	if err != nil {
		return nil, err
	}
	page, next, err := paginate(found, in.MaxResults, 50, in.NextToken, func(p *Parameter) string { return p.Name })
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, p := range page {
		out = append(out, map[string]any{
			"Name": p.Name, "Type": p.Type, "Version": p.Version, "LastModifiedDate": epoch(p.Modified),
			"Tier": "Standard", "DataType": "text", "ARN": s.parameterARN(p.Region, p.Name),
		})
	}
	return withNext(map[string]any{"Parameters": out}, next), nil
}

// filterParameters needs every filter to match, by any of its values.
func (s *Service) filterParameters(region string, filters []parameterFilter) ([]*Parameter, error) {
	var out []*Parameter
	for key, p := range s.parameters {
		if p.Region != region {
			continue
		}
		if p = s.visible.parameters.See(key, p); p == nil {
			continue
		}
		all := true
		for _, f := range filters {
			ok, err := f.match(p)
			if err != nil {
				return nil, err
			}
			all = all && ok
		}
		if all {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *Parameter) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (f parameterFilter) match(p *Parameter) (bool, error) {
	key, isTag := strings.CutPrefix(f.Key, "tag:")
	switch {
	case isTag:
		value, has := p.Tags[key]
		return has && slices.Contains(f.Values, value), nil
	case f.Key == "Type":
		return slices.Contains(f.Values, p.Type), nil
	case f.Key == "Name" && f.Option == "BeginsWith":
		return slices.ContainsFunc(f.Values, func(v string) bool { return strings.HasPrefix(p.Name, v) }), nil
	case f.Key == "Name" && (f.Option == "" || f.Option == "Equals"):
		return slices.Contains(f.Values, p.Name), nil
	case f.Key == "Path" && (f.Option == "" || f.Option == "OneLevel" || f.Option == "Recursive"):
		return slices.ContainsFunc(f.Values, func(v string) bool {
			rest, under := strings.CutPrefix(p.Name, strings.TrimSuffix(v, "/")+"/")
			return under && (f.Option == "Recursive" || !strings.Contains(rest, "/"))
		}), nil
	}
	return false, &wire.Error{Code: "InvalidFilterKey", Message: "The specified filter " + f.Key + " " + f.Option + " is not valid."}
}
