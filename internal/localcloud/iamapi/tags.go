package iamapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// maxTags is how many tags a role or profile may have (IAM and STS quotas).
const maxTags = 50

type tagXML struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

func renderTags(tags map[string]string) []tagXML {
	var out []tagXML
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, tagXML{key, tags[key]})
	}
	return out
}

func tags(q wire.Query) map[string]string {
	out := map[string]string{}
	for _, tag := range q.List("Tags.member") {
		out[tag.String("Key")] = tag.String("Value")
	}
	return out
}

// merged returns old with the request's tags added.
func merged(old map[string]string, q wire.Query) (map[string]string, error) {
	out := map[string]string{}
	maps.Copy(out, old)
	maps.Copy(out, tags(q))
	if len(out) > maxTags {
		return nil, &wire.Error{Code: "LimitExceeded", Status: http.StatusConflict, Message: "The number of tags has reached the maximum limit."}
	}
	return out, nil
}

func without(old map[string]string, q wire.Query) map[string]string {
	out := maps.Clone(old)
	for _, key := range q.Strings("TagKeys.member") {
		delete(out, key)
	}
	return out
}

func (s *Service) tagRole(_ wire.Request, q wire.Query) (any, error) {
	return s.editRole(q, func(r *Role) (err error) {
		r.Tags, err = merged(r.Tags, q)
		return err
	})
}

func (s *Service) untagRole(_ wire.Request, q wire.Query) (any, error) {
	return s.editRole(q, func(r *Role) error {
		r.Tags = without(r.Tags, q)
		return nil
	})
}

type tagsOutput struct {
	Tags      []tagXML `xml:"Tags>member"`
	Truncated bool     `xml:"IsTruncated"`
}

func (s *Service) listRoleTags(_ wire.Request, q wire.Query) (any, error) {
	r, err := s.role(q)
	if err != nil {
		return nil, err
	}
	return tagsOutput{Tags: renderTags(r.Tags)}, nil
}

func (s *Service) tagInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	return s.editProfile(q, func(p *Profile) (err error) {
		p.Tags, err = merged(p.Tags, q)
		return err
	})
}

func (s *Service) untagInstanceProfile(_ wire.Request, q wire.Query) (any, error) {
	return s.editProfile(q, func(p *Profile) error {
		p.Tags = without(p.Tags, q)
		return nil
	})
}
