package ec2api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Limits of tags and of one CreateTags call (EC2 User Guide, Tag your resources).
const (
	maxTags         = 50
	maxTagKey       = 128
	maxTagValue     = 256
	maxTagResources = 1000
)

// tagSpecification returns the tags a creating call gives to the resource it makes.
func tagSpecification(q wire.Query, resourceType string) (map[string]string, error) {
	all, err := tagSpecifications(q, resourceType)
	return all[resourceType], err
}

// tagSpecifications returns the tags a creating call gives, by type of resource: never nil for one of types, and of no
// other.
func tagSpecifications(q wire.Query, types ...string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, spec := range q.List("TagSpecification") {
		kind := spec.String("ResourceType")
		switch {
		case !slices.Contains(types, kind):
			return nil, &wire.Error{
				Code: "InvalidParameterValue", Message: fmt.Sprintf("'%s' is not a valid taggable resource type for this operation.", kind),
			}
		case out[kind] != nil:
			return nil, &wire.Error{
				Code: "InvalidParameterValue", Message: fmt.Sprintf("Tag specification resource type '%s' must not be specified twice.", kind),
			}
		}
		tags, err := readTags(spec)
		if err != nil {
			return nil, err
		}
		out[kind] = tags
	}
	for _, kind := range types {
		if out[kind] == nil {
			out[kind] = map[string]string{}
		}
	}
	return out, nil
}

// readTags reads the list Tag.
func readTags(q wire.Query) (map[string]string, error) {
	tags := map[string]string{}
	for _, tag := range q.List("Tag") {
		key := tag.String("Key")
		if _, twice := tags[key]; twice {
			return nil, &wire.Error{Code: "InvalidParameterValue", Message: fmt.Sprintf("Duplicate tag key '%s' specified.", key)}
		}
		tags[key] = tag.String("Value")
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

// taggable is one resource whose tags a call changes: where they are, and the record they are kept in.
type taggable struct {
	tags     *map[string]string
	metadata bool // the tags are also paths of instance metadata

	kind, key string
	record    any
	hide      func() // lets reads be behind; called before the change
}

func (s *Service) taggable(region, id string) (taggable, error) {
	switch prefix, _, _ := strings.Cut(id, "-"); prefix {
	case "i":
		i, err := s.instance(region, id)
		if err != nil {
			return taggable{}, err
		}
		before := *i
		hide := func() { s.visible.instances.Changed(id, &before) }
		return taggable{&i.Tags, i.MetadataTags == "enabled", kindInstance, id, i, hide}, nil
	case "sg":
		g, err := s.group(region, id)
		if err != nil {
			return taggable{}, err
		}
		before := *g
		return taggable{&g.Tags, false, kindGroup, id, g, func() { s.visible.groups.Changed(id, &before) }}, nil
	case "key":
		return s.taggableKey(region, id)
	case "vol":
		for _, i := range s.instances {
			if i.Volume.ID == id && i.Region == region && i.Live() {
				return taggable{&i.Volume.Tags, false, kindInstance, i.ID, i, func() {}}, nil
			}
		}
		return taggable{}, &wire.Error{Code: "InvalidVolume.NotFound", Message: fmt.Sprintf("The volume '%s' does not exist.", id)}
	}
	return taggable{}, &wire.Error{Code: "InvalidID", Message: fmt.Sprintf("The ID '%s' is not valid", id)}
}

func (s *Service) taggableKey(region, id string) (taggable, error) {
	for key, k := range s.keys {
		if k.ID == id && k.Region == region && s.visible.keys.See(key, k) != nil {
			before := *k
			return taggable{&k.Tags, false, kindKey, key, k, func() { s.visible.keys.Changed(key, &before) }}, nil
		}
	}
	return taggable{}, noKeyPair(id)
}

func (s *Service) createTags(req wire.Request, q wire.Query) (any, error) {
	added, err := readTags(q)
	if err != nil {
		return nil, err
	}
	if len(added) == 0 {
		return nil, missing("Tag")
	}
	return s.editTags(req, q, func(tags map[string]string) { maps.Copy(tags, added) })
}

// deleteTags removes keys, or all when it names none; one given with a value is removed only when it has that value.
func (s *Service) deleteTags(req wire.Request, q wire.Query) (any, error) {
	return s.editTags(req, q, func(tags map[string]string) {
		if !q.Has("Tag") {
			clear(tags)
		}
		for _, tag := range q.List("Tag") {
			key := tag.String("Key")
			if !tag.Has("Value") || tags[key] == tag.String("Value") {
				delete(tags, key)
			}
		}
	})
}

// editTags changes the tags of every named resource, or of none when one of them refuses.
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
		tags := map[string]string{}
		maps.Copy(tags, *t.tags)
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
	if err := s.saveTags(targets, edited); err != nil {
		return nil, err
	}
	for _, t := range targets {
		t.hide()
	}
	return modifyOutput{true}, nil
}

// saveTags keeps all changes in one piece; when that fails none was made. Two targets may share a record: an instance
// and its volume.
func (s *Service) saveTags(targets []taggable, edited []map[string]string) error {
	before := make([]map[string]string, len(targets))
	for n, t := range targets {
		before[n], *t.tags = *t.tags, edited[n]
	}
	err := s.Journal.Batch(func(b *journal.Batch) error {
		for _, t := range targets {
			if err := b.Put(t.kind, t.key, t.record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for n, t := range slices.Backward(targets) {
			*t.tags = before[n]
		}
	}
	return err
}
