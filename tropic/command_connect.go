package tropic

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// WaitConnected waits until every machine is online in Systems Manager, with one call per 50 machines and look. When the
// time is over the error is ErrNotConnected and names the last ping status of each machine that is missing.
func (s *CommandService) WaitConnected(ctx context.Context, ids ...string) error {
	missing := make(map[string]string, len(ids)) // id to last ping status
	for _, id := range ids {
		if err := validateInstanceID(id); err != nil {
			return err
		}
		missing[id] = "not registered"
	}
	return s.c.wait(ctx, wait{
		Resource: "instance", ID: strings.Join(ids, ", "), Goal: "to connect to Systems Manager", Kind: ErrNotConnected,
		Next: "check that the machine boots, has an instance profile with the permissions of Profiles.Ensure, and reaches the internet",
	}, func(ctx context.Context) (observation, error) {
		for batch := range slices.Chunk(slices.Sorted(maps.Keys(missing)), maxTargets) {
			seen, err := s.c.describeConnections(ctx, "InstanceIds", batch...)
			if err != nil {
				return observation{}, failure("reading", "connection of instance", strings.Join(batch, ", "), err)
			}
			for id, connection := range seen {
				if connection.Online() {
					delete(missing, id)
					continue
				}
				missing[id] = connection.PingStatus
			}
		}
		return observation{State: describeMissing(missing), Done: len(missing) == 0}, nil
	})
}

func describeMissing(missing map[string]string) string {
	parts := make([]string, 0, len(missing))
	for _, id := range slices.Sorted(maps.Keys(missing)) {
		parts = append(parts, id+" "+missing[id])
	}
	return strings.Join(parts, ", ")
}
