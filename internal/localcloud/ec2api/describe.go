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
	if len(ids) > 0 && q.Has("MaxResults") {
		return nil, combination("The parameter instancesSet cannot be used with the parameter maxResults")
	}
	filters, err := readFilters(q, new(Instance).attribute)
	if err != nil {
		return nil, err
	}
	seen := readable(s.instances, s.visible.instances, func(i *Instance) bool {
		return i.Region == req.Region && (len(ids) == 0 || slices.Contains(ids, i.ID))
	})
	for _, id := range ids {
		if !slices.ContainsFunc(seen, func(i *Instance) bool { return i.ID == id }) {
			return nil, noInstance(id)
		}
	}
	seen = slices.DeleteFunc(seen, func(i *Instance) bool { return !filters.match(i.attribute) })
	slices.SortFunc(seen, func(a, b *Instance) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(q, seen, func(i *Instance) string { return i.ID })
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

// instance finds an instance for a call that needs it to exist.
func (s *Service) instance(region, id string) (*Instance, error) {
	i := s.instances[id]
	if i == nil || i.Region != region || s.visible.instances.See(id, i) == nil {
		return nil, noInstance(id)
	}
	return i, nil
}

func noInstance(id string) error {
	if !instanceIDPattern.MatchString(id) {
		return &wire.Error{Code: "InvalidInstanceID.Malformed", Message: fmt.Sprintf("Invalid id: %q", id)}
	}
	return &wire.Error{Code: "InvalidInstanceID.NotFound", Message: fmt.Sprintf("The instance ID '%s' does not exist", id)}
}

func (s *Service) forgetTombstones() {
	for id, i := range s.instances {
		if i.State != stateTerminated || s.Now().Sub(i.Ended) <= tombstone {
			continue
		}
		if err := s.Journal.Delete(kindInstance, id); err != nil {
			s.Logger.Error("forget a terminated instance", "instance", id, "error", err)
			continue
		}
		delete(s.instances, id)
		s.visible.instances.Forget(id)
	}
}
