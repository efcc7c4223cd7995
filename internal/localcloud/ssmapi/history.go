package ssmapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// maxVersions is how many versions of a parameter are kept (Systems Manager endpoints and quotas).
const maxVersions = 100

// saveVersion stores next as the newest version, and what it replaces as history, in one piece.
func (s *Service) saveVersion(next, old *Parameter) error {
	key := parameterKey(next.Region, next.Name)
	history := s.history[key]
	err := s.Journal.Batch(func(b *journal.Batch) error {
		if old == nil {
			return b.Put(kindParameter, key, next)
		}
		if len(history) >= maxVersions-1 {
			b.Delete(kindVersion, versionKey(history[0]))
		}
		if err := b.Put(kindVersion, versionKey(old), old); err != nil {
			return err
		}
		return b.Put(kindParameter, key, next)
	})
	if err != nil {
		return err
	}
	s.parameters[key] = next
	s.visible.parameters.Changed(key, old)
	if old != nil {
		s.history[key] = append(history[max(0, len(history)-maxVersions+2):len(history):len(history)], old)
	}
	return nil
}

// dropParameter removes a parameter with its history.
func (s *Service) dropParameter(p *Parameter) error {
	key := parameterKey(p.Region, p.Name)
	err := s.Journal.Batch(func(b *journal.Batch) error {
		b.Delete(kindParameter, key)
		for _, old := range s.history[key] {
			b.Delete(kindVersion, versionKey(old))
		}
		return nil
	})
	if err != nil {
		return err
	}
	delete(s.parameters, key)
	s.visible.parameters.Forget(key)
	delete(s.history, key)
	return nil
}

func (s *Service) loadHistory() error {
	return s.Journal.Each(kindVersion, func(_ string, raw json.RawMessage) error {
		var p Parameter
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		key := parameterKey(p.Region, p.Name)
		s.history[key] = append(s.history[key], &p) // Each is in the order of the keys, which is that of the versions
		return nil
	})
}

// versionKey sorts by version within a parameter; no name has a space.
func versionKey(p *Parameter) string {
	return fmt.Sprintf("%s %012d", parameterKey(p.Region, p.Name), p.Version)
}

// find resolves NAME or NAME:VERSION, and returns the selector with its colon.
func (s *Service) find(region, text string) (p *Parameter, selector string, err error) {
	name, version, selected := strings.Cut(text, ":")
	key := parameterKey(region, name)
	p = s.parameters[key]
	if p == nil {
		return nil, "", &wire.Error{Code: "ParameterNotFound", Message: "Parameter " + text + " not found."}
	}
	if !selected {
		return p, "", nil
	}
	for _, q := range append(slices.Clone(s.history[key]), p) {
		if strconv.FormatInt(q.Version, 10) == version {
			return q, ":" + version, nil
		}
	}
	return nil, "", &wire.Error{
		Code: "ParameterVersionNotFound", Message: "Systems Manager could not find version " + version + " of " + name + ". Verify the version and try again.",
	}
}

type historyInput struct {
	Name           string
	WithDecryption bool
	MaxResults     int
	NextToken      string
}

func (s *Service) getParameterHistory(req wire.Request, in historyInput) (any, error) {
	key := parameterKey(req.Region, in.Name)
	p := s.parameters[key]
	if err := s.allow(req, s.parameterARN(req.Region, in.Name), tagsOf(p)); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, &wire.Error{Code: "ParameterNotFound", Message: "Parameter " + in.Name + " not found."}
	}
	versions := append(slices.Clone(s.history[key]), p)
	page, next, err := paginate(versions, in.MaxResults, 50, in.NextToken, versionKey)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, v := range page {
		item, err := s.renderParameter(v, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		out = append(out, map[string]any{
			"Name": v.Name, "Type": v.Type, "Value": item.Value, "Version": v.Version, "Description": v.Description,
			"LastModifiedDate": epoch(v.Modified), "Tier": "Standard", "DataType": "text",
		})
	}
	return withNext(map[string]any{"Parameters": out}, next), nil
}
