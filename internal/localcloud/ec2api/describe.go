package ec2api

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type describeInstancesOutput struct {
	Reservations []reservationXML `xml:"reservationSet>item"`
	NextToken    string           `xml:"nextToken,omitempty"`
}

func (s *Service) describeInstances(req wire.Request, q wire.Query) (any, error) {
	s.forgetTombstones()
	ids := q.Strings("InstanceId")
	for _, id := range ids {
		if _, err := s.instance(req.Region, id); err != nil {
			return nil, err
		}
	}
	var found []*Instance
	for _, i := range s.instances {
		if i.Region != req.Region || len(ids) > 0 && !slices.Contains(ids, i.ID) {
			continue
		}
		ok, err := matches(q, i.attribute)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(a, b *Instance) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(q, found, func(i *Instance) string { return i.ID })
	if err != nil {
		return nil, err
	}
	out := describeInstancesOutput{NextToken: next}
	for _, i := range page {
		out.Reservations = append(out.Reservations, reservationXML{i.Reservation, s.AccountID, []instanceXML{s.render(i)}})
	}
	return out, nil
}

// paginate cuts a sorted list by MaxResults; a token names the last item of the page before.
func paginate[T any](q wire.Query, all []T, key func(T) string) (page []T, next string, err error) {
	limit, err := q.Int("MaxResults", 1000)
	if err != nil {
		return nil, "", err
	}
	if limit < 5 || limit > 1000 {
		return nil, "", invalidValue("MaxResults", q.String("MaxResults"), "Expecting a value from 5 to 1000.")
	}
	after, err := base64.URLEncoding.DecodeString(q.String("NextToken"))
	if err != nil {
		return nil, "", &wire.Error{Code: "InvalidNextToken", Message: "The token is invalid"}
	}
	start := slices.IndexFunc(all, func(t T) bool { return key(t) > string(after) })
	if start < 0 {
		return nil, "", nil
	}
	page = all[start:]
	if len(page) > limit {
		page = page[:limit]
		next = base64.URLEncoding.EncodeToString([]byte(key(page[limit-1])))
	}
	return page, next, nil
}

var instanceIDPattern = regexp.MustCompile(`^i-[0-9a-f]{8}([0-9a-f]{9})?$`)

func (s *Service) instance(region, id string) (*Instance, error) {
	if !instanceIDPattern.MatchString(id) {
		return nil, &wire.Error{Code: "InvalidInstanceID.Malformed", Message: fmt.Sprintf("Invalid id: %q", id)}
	}
	if i := s.instances[id]; i != nil && i.Region == region {
		return i, nil
	}
	return nil, &wire.Error{Code: "InvalidInstanceID.NotFound", Message: fmt.Sprintf("The instance ID '%s' does not exist", id)}
}

func (s *Service) forgetTombstones() {
	for id, i := range s.instances {
		if i.State == stateTerminated && s.Now().Sub(i.Ended) > tombstone {
			if err := s.Journal.Delete(kindInstance, id); err != nil {
				s.Logger.Error("forget a terminated instance", "instance", id, "error", err)
				continue
			}
			delete(s.instances, id)
		}
	}
}

type modifyOutput struct {
	Return bool `xml:"return"`
}

// modifyInstanceAttribute changes the type (of a stopped instance), the shutdown behaviour or the groups.
func (s *Service) modifyInstanceAttribute(req wire.Request, q wire.Query) (any, error) {
	i, err := s.instance(req.Region, q.String("InstanceId"))
	if err != nil {
		return nil, err
	}
	changed := *i
	switch {
	case q.Has("InstanceType"):
		kind := q.String("InstanceType.Value")
		if !slices.Contains(instanceTypes, kind) {
			return nil, invalidValue("instanceType", kind, "It is not an instance type of this cloud.")
		}
		if i.State != stateStopped {
			return nil, &wire.Error{
				Code: "IncorrectInstanceState", Message: fmt.Sprintf("The instance '%s' is not in the 'stopped' state.", i.ID),
			}
		}
		changed.Type = kind
	case q.Has("InstanceInitiatedShutdownBehavior"):
		if err := changed.setShutdownBehavior(q.String("InstanceInitiatedShutdownBehavior.Value")); err != nil {
			return nil, err
		}
	case q.Has("GroupId"):
		if changed.Groups, err = s.launchGroups(req.Region, q.Strings("GroupId")); err != nil {
			return nil, err
		}
	default:
		return nil, &wire.Error{
			Code:    "UnsupportedOperation",
			Message: "The embedded cloud modifies InstanceType, InstanceInitiatedShutdownBehavior and Groups only.",
		}
	}
	if err := s.saveInstance(&changed); err != nil {
		return nil, err
	}
	*i = changed
	return modifyOutput{true}, nil
}
