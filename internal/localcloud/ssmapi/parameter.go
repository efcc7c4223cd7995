package ssmapi

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Limits of Parameter Store (Systems Manager endpoints and quotas).
const (
	maxStandardValue = 4096 // bytes
	maxHierarchy     = 15
	maxGetNames      = 10
)

// Parameter is one parameter at its newest version.
type Parameter struct {
	Region      string            `json:"region"`
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Value       []byte            `json:"value"` // sealed when Type is SecureString
	Version     int64             `json:"version"`
	Modified    time.Time         `json:"modified"`
	Description string            `json:"description,omitempty"`
	Tags        map[string]string `json:"tags"`
}

type tag struct{ Key, Value string }

type putParameterInput struct {
	Name, Value, Type, Description, Tier string
	Overwrite                            bool
	Tags                                 []tag
}

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)

func (s *Service) putParameter(req wire.Request, in putParameterInput) (any, error) {
	if err := checkParameter(in); err != nil {
		return nil, err
	}
	old := s.parameters[parameterKey(req.Region, in.Name)]
	if err := s.allow(req, s.parameterARN(req.Region, in.Name), tagsOf(old)); err != nil {
		return nil, err
	}
	next := Parameter{Region: req.Region, Name: in.Name, Type: in.Type, Description: in.Description, Tags: map[string]string{}}
	switch {
	case old != nil && !in.Overwrite:
		return nil, &wire.Error{
			Code: "ParameterAlreadyExists", Message: "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
		}
	case old != nil:
		next.Version, next.Tags = old.Version, old.Tags
		if next.Type == "" {
			next.Type = old.Type
		}
		if next.Type != old.Type {
			return nil, &wire.Error{
				Code:    "HierarchyTypeMismatchException",
				Message: "Parameter Store does not support changing a parameter type, here from " + old.Type + " to " + next.Type + ".",
			}
		}
	case in.Type == "":
		return nil, validation("A parameter type is required when you create a parameter.")
	}
	for _, t := range in.Tags {
		next.Tags[t.Key] = t.Value
	}
	next.Version++
	next.Modified = s.Now().UTC()
	next.Value = []byte(in.Value)
	if next.Type == "SecureString" {
		next.Value = s.seal.Seal(nil, nil, []byte(in.Value), []byte(next.Name))
	}
	if err := s.saveVersion(&next, old); err != nil {
		return nil, err
	}
	return map[string]any{"Version": next.Version, "Tier": "Standard"}, nil
}

func checkParameter(in putParameterInput) error {
	lower := strings.ToLower(strings.TrimPrefix(in.Name, "/"))
	switch {
	case !parameterName.MatchString(in.Name) || len(in.Name) > 1011 || strings.Contains(in.Name, "//") || strings.HasSuffix(in.Name, "/"):
		return validation("Parameter name: only a mix of letters, numbers and the following symbols are allowed: .-_ and / between levels.")
	case strings.Contains(in.Name, "/") && !strings.HasPrefix(in.Name, "/"):
		return validation("Parameter name must be a fully qualified name.")
	case strings.HasPrefix(lower, "aws") || strings.HasPrefix(lower, "ssm"):
		return &wire.Error{Code: "AccessDeniedException", Message: "No access to reserved parameter name: " + in.Name + "."}
	case strings.Count(strings.Trim(in.Name, "/"), "/")+1 > maxHierarchy:
		return &wire.Error{Code: "HierarchyLevelLimitExceededException", Message: "A parameter name has at most 15 levels."}
	case in.Value == "":
		return validation("1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(in.Value) > maxStandardValue:
		return validation("Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.")
	case in.Tier != "" && in.Tier != "Standard":
		return &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud has standard parameters only."}
	case !slices.Contains([]string{"", "String", "StringList", "SecureString"}, in.Type):
		return &wire.Error{Code: "UnsupportedParameterType", Message: "The parameter type is not supported: " + in.Type}
	case in.Overwrite && len(in.Tags) > 0:
		return validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, remove the overwrite option.")
	}
	return nil
}

func (s *Service) saveParameter(p *Parameter) error {
	key := parameterKey(p.Region, p.Name)
	if err := s.Journal.Put(kindParameter, key, p); err != nil {
		return err
	}
	s.parameters[key] = p
	return nil
}

func parameterKey(region, name string) string { return region + " " + name }

func (s *Service) parameterARN(region, name string) string {
	return s.arn(region, "parameter/"+strings.TrimPrefix(name, "/"))
}

func tagsOf(p *Parameter) map[string]string {
	if p == nil {
		return nil
	}
	return p.Tags
}

type parameterJSON struct {
	Name             string
	Type             string
	Value            string
	Version          int64
	LastModifiedDate float64
	ARN              string
	DataType         string
	Selector         string `json:",omitempty"`
}

func (s *Service) renderParameter(p *Parameter, decrypt bool) (parameterJSON, error) {
	value := string(p.Value)
	if p.Type == "SecureString" {
		value = fmt.Sprintf("%x", p.Value)
		if decrypt {
			plain, err := s.seal.Open(nil, nil, p.Value, []byte(p.Name))
			if err != nil {
				return parameterJSON{}, &wire.Error{Code: "InvalidKeyId", Message: "The parameter " + p.Name + " cannot be decrypted with this cloud's key."}
			}
			value = string(plain)
		}
	}
	return parameterJSON{
		Name: p.Name, Type: p.Type, Value: value, Version: p.Version, LastModifiedDate: epoch(p.Modified),
		ARN: s.parameterARN(p.Region, p.Name), DataType: "text",
	}, nil
}

type getParameterInput struct {
	Name           string
	WithDecryption bool
}

func (s *Service) getParameter(req wire.Request, in getParameterInput) (any, error) {
	if err := s.allowRead(req, in.Name); err != nil {
		return nil, err
	}
	p, selector, err := s.find(req.Region, in.Name)
	if err != nil {
		return nil, err
	}
	out, err := s.renderParameter(p, in.WithDecryption)
	out.Selector = selector
	return map[string]any{"Parameter": out}, err
}

// allowRead authorises by the parameter itself, whatever version of it is asked for.
func (s *Service) allowRead(req wire.Request, selected string) error {
	name, _, _ := strings.Cut(selected, ":")
	return s.allow(req, s.parameterARN(req.Region, name), tagsOf(s.parameters[parameterKey(req.Region, name)]))
}

type getParametersInput struct {
	Names          []string
	WithDecryption bool
}

func (s *Service) getParameters(req wire.Request, in getParametersInput) (any, error) {
	if len(in.Names) == 0 || len(in.Names) > maxGetNames {
		return nil, validation("1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length from 1 to 10")
	}
	found, invalid := []parameterJSON{}, []string{}
	for _, name := range in.Names {
		if err := s.allowRead(req, name); err != nil {
			return nil, err
		}
		p, selector, err := s.find(req.Region, name)
		if err != nil {
			invalid = append(invalid, name)
			continue
		}
		out, err := s.renderParameter(p, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		out.Selector = selector
		found = append(found, out)
	}
	return map[string]any{"Parameters": found, "InvalidParameters": invalid}, nil
}

type byPathInput struct {
	Path           string
	Recursive      bool
	WithDecryption bool
	MaxResults     int
	NextToken      string
}

func (s *Service) getParametersByPath(req wire.Request, in byPathInput) (any, error) {
	if err := s.allow(req, s.parameterARN(req.Region, in.Path), nil); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(in.Path, "/") {
		return nil, validation("The parameter path must be prefixed with \"/\".")
	}
	all := s.below(req.Region, in.Path, in.Recursive)
	page, next, err := paginate(all, in.MaxResults, maxGetNames, in.NextToken, func(p *Parameter) string { return p.Name })
	if err != nil {
		return nil, err
	}
	out := []parameterJSON{}
	for _, p := range page {
		item, err := s.renderParameter(p, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return withNext(map[string]any{"Parameters": out}, next), nil
}

// below returns the parameters under path, sorted by name; the path itself is not under it.
func (s *Service) below(region, path string, recursive bool) []*Parameter {
	prefix := strings.TrimSuffix(path, "/") + "/"
	var out []*Parameter
	for _, p := range s.parameters {
		rest, under := strings.CutPrefix(p.Name, prefix)
		if under && p.Region == region && (recursive || !strings.Contains(rest, "/")) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *Parameter) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// paginate cuts a sorted list; a token is the key of the last item of the page before.
func paginate[T any](all []T, limit, most int, token string, key func(T) string) (page []T, next string, err error) {
	if limit == 0 {
		limit = most
	}
	if limit < 0 || limit > most {
		return nil, "", validation("MaxResults must be from 1 to %d.", most)
	}
	start := slices.IndexFunc(all, func(t T) bool { return key(t) > token })
	if start < 0 {
		return nil, "", nil
	}
	page = all[start:]
	if len(page) > limit {
		page = page[:limit]
		next = key(page[limit-1])
	}
	return page, next, nil
}

func withNext(out map[string]any, next string) map[string]any {
	if next != "" {
		out["NextToken"] = next
	}
	return out
}

type deleteParameterInput struct{ Name string }

func (s *Service) deleteParameter(req wire.Request, in deleteParameterInput) (any, error) {
	gone, err := s.removeParameters(req, []string{in.Name})
	if err == nil && len(gone) == 0 {
		err = &wire.Error{Code: "ParameterNotFound", Message: "Parameter " + in.Name + " not found."}
	}
	return struct{}{}, err
}

type deleteParametersInput struct{ Names []string }

func (s *Service) deleteParameters(req wire.Request, in deleteParametersInput) (any, error) {
	if len(in.Names) == 0 || len(in.Names) > maxGetNames {
		return nil, validation("1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length from 1 to 10")
	}
	gone, err := s.removeParameters(req, in.Names)
	if err != nil {
		return nil, err
	}
	absent := slices.DeleteFunc(slices.Clone(in.Names), func(n string) bool { return slices.Contains(gone, n) })
	return map[string]any{"DeletedParameters": gone, "InvalidParameters": absent}, nil
}

func (s *Service) removeParameters(req wire.Request, names []string) ([]string, error) {
	gone := []string{}
	for _, name := range names {
		p := s.parameters[parameterKey(req.Region, name)]
		if err := s.allow(req, s.parameterARN(req.Region, name), tagsOf(p)); err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		if err := s.dropParameter(p); err != nil {
			return nil, err
		}
		gone = append(gone, name)
	}
	return gone, nil
}

type tagsInput struct {
	ResourceType string
	ResourceID   string `json:"ResourceId"`
	Tags         []tag
	TagKeys      []string
}

func (s *Service) editTags(req wire.Request, in tagsInput, edit func(map[string]string)) (any, error) {
	p := s.parameters[parameterKey(req.Region, in.ResourceID)]
	if err := s.allow(req, s.parameterARN(req.Region, in.ResourceID), tagsOf(p)); err != nil {
		return nil, err
	}
	if in.ResourceType != "Parameter" || p == nil {
		return nil, &wire.Error{Code: "InvalidResourceId", Message: "The resource ID " + in.ResourceID + " of type " + in.ResourceType + " is not valid."}
	}
	changed := *p
	changed.Tags = maps.Clone(p.Tags)
	edit(changed.Tags)
	return struct{}{}, s.saveParameter(&changed)
}

func (s *Service) addTags(req wire.Request, in tagsInput) (any, error) {
	return s.editTags(req, in, func(tags map[string]string) {
		for _, t := range in.Tags {
			tags[t.Key] = t.Value
		}
	})
}

func (s *Service) removeTags(req wire.Request, in tagsInput) (any, error) {
	return s.editTags(req, in, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

func (s *Service) listTags(req wire.Request, in tagsInput) (any, error) {
	p := s.parameters[parameterKey(req.Region, in.ResourceID)]
	if err := s.allow(req, s.parameterARN(req.Region, in.ResourceID), tagsOf(p)); err != nil {
		return nil, err
	}
	if in.ResourceType != "Parameter" || p == nil {
		return nil, &wire.Error{Code: "InvalidResourceId", Message: "The resource ID " + in.ResourceID + " of type " + in.ResourceType + " is not valid."}
	}
	out := []tag{}
	for _, key := range slices.Sorted(maps.Keys(p.Tags)) {
		out = append(out, tag{key, p.Tags[key]})
	}
	return map[string]any{"TagList": out}, nil
}
