package tropic

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// WaitConnected waits until every machine is online in Systems Manager, with one call per 50 machines and look, also
// when they are waited for by several callers. When the time is over the error is ErrNotConnected and names the last ping status of each machine that is missing.
func (s *CommandService) WaitConnected(ctx context.Context, ids ...string) error {
	return s.waitConnected(ctx, DefaultWaitTimeout, ids...)
}

// waitConnected is WaitConnected for at most limit; it looks at least once.
func (s *CommandService) waitConnected(ctx context.Context, limit time.Duration, ids ...string) error {
	missing := make(map[string]string, len(ids)) // id to last ping status
	for _, id := range ids {
		if err := validateInstanceID(id); err != nil {
			return err
		}
		missing[id] = "not registered"
	}
	return s.c.wait(ctx, wait{
		Resource: "instance", ID: strings.Join(ids, ", "), Goal: "to connect to Systems Manager", Kind: ErrNotConnected,
		Timeout: max(limit, time.Nanosecond),
		Next:    "check that the machine boots, has an instance profile with the permissions of Profiles.Ensure, and reaches the internet",
	}, func(ctx context.Context) (observation, error) {
		asked := slices.Sorted(maps.Keys(missing))
		seen, err := s.c.connections.Get(ctx, asked...)
		if err != nil {
			return observation{}, failure("reading", "connection of instance", strings.Join(asked, ", "), err)
		}
		for id, connection := range seen {
			if connection.Online() {
				delete(missing, id)
				continue
			}
			missing[id] = connection.PingStatus
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
