package ec2api

import (
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Limits of tags and of one CreateTags call (EC2 User Guide, Tag your resources).
const (
	maxTags         = 50
	maxTagKey       = 128
	maxTagValue     = 256
	maxTagResources = 1000
)

// tagSpecification returns the tags a creating call gives to one type of resource.
func tagSpecification(q wire.Query, resourceType string) (map[string]string, error) {
	tags := map[string]string{}
	for _, spec := range q.List("TagSpecification") {
		if spec.String("ResourceType") != resourceType {
			continue
		}
		for _, tag := range spec.List("Tag") {
			tags[tag.String("Key")] = tag.String("Value")
		}
	}
	return tags, checkTags(tags)
}

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return &wire.Error{Code: "TagLimitExceeded", Message: fmt.Sprintf("The maximum number of Tags for a resource, %d, is reached", maxTags)}
	}
	for key, value := range tags {
		switch {
		case key == "" || utf8.RuneCountInString(key) > maxTagKey || strings.HasPrefix(strings.ToLower(key), "aws:"):
			return invalidValue("Tag.Key", key, "Tag keys have 1 to 128 characters and do not begin with aws:.")
		case utf8.RuneCountInString(value) > maxTagValue:
			return invalidValue("Tag.Value", value[:16]+"…", "Tag values have at most 256 characters.")
		}
	}
	return nil
}

// taggable is one resource whose tags a call changes: where they are, and how the change is kept.
type taggable struct {
	tags     *map[string]string
	metadata bool // the tags are also paths of instance metadata
	save     func() error
}

func (s *Service) taggable(region, id string) (taggable, error) {
	if i := s.instances[id]; i != nil && i.Region == region {
		return taggable{&i.Tags, i.MetadataTags == "enabled", func() error { return s.saveInstance(i) }}, nil
	}
	if g := s.groups[id]; g != nil && g.Region == region {
		return taggable{&g.Tags, false, func() error { return s.Journal.Put(kindGroup, g.ID, g) }}, nil
	}
	for key, k := range s.keys {
		if k.ID == id && k.Region == region {
			return taggable{&k.Tags, false, func() error { return s.Journal.Put(kindKey, key, k) }}, nil
		}
	}
	for _, i := range s.instances {
		if i.Volume.ID == id && i.Region == region && i.Live() {
			return taggable{&i.Volume.Tags, false, func() error { return s.saveInstance(i) }}, nil
		}
	}
	code := "InvalidID"
	switch {
	case strings.HasPrefix(id, "i-"):
		code = "InvalidInstanceID.NotFound"
	case strings.HasPrefix(id, "sg-"):
		code = "InvalidGroup.NotFound"
	}
	return taggable{}, &wire.Error{Code: code, Message: fmt.Sprintf("The ID '%s' is not valid", id)}
}

func (s *Service) createTags(req wire.Request, q wire.Query) (any, error) {
	added := map[string]string{}
	for _, tag := range q.List("Tag") {
		added[tag.String("Key")] = tag.String("Value")
	}
	return s.editTags(req, q, func(tags map[string]string) { maps.Copy(tags, added) })
}

// deleteTags removes keys; one given with a value is removed only when it has that value.
func (s *Service) deleteTags(req wire.Request, q wire.Query) (any, error) {
	return s.editTags(req, q, func(tags map[string]string) {
		for _, tag := range q.List("Tag") {
			key := tag.String("Key")
			if !tag.Has("Value") || tags[key] == tag.String("Value") {
				delete(tags, key)
			}
		}
	})
}

func (s *Service) editTags(req wire.Request, q wire.Query, edit func(map[string]string)) (any, error) {
	ids := q.Strings("ResourceId")
	if len(ids) == 0 || len(ids) > maxTagResources {
		return nil, invalidValue("ResourceId", fmt.Sprint(len(ids)), "A call tags 1 to 1000 resources.")
	}
	targets := make([]taggable, 0, len(ids))
	edited := make([]map[string]string, 0, len(ids))
	for _, id := range ids {
		t, err := s.taggable(req.Region, id)
		if err != nil {
			return nil, err
		}
		tags := maps.Clone(*t.tags)
		if tags == nil {
			tags = map[string]string{}
		}
		edit(tags)
		if err := checkTags(tags); err != nil {
			return nil, err
		}
		if t.metadata {
			if err := metadataTagKeys(tags); err != nil {
				return nil, err
			}
		}
		targets, edited = append(targets, t), append(edited, tags)
	}
	for n, t := range targets {
		*t.tags = edited[n]
		if err := t.save(); err != nil {
			return nil, err
		}
	}
	return modifyOutput{true}, nil
}
