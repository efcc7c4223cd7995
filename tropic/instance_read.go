package tropic

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// InstanceFilter selects machines; empty fields select all. Terminated machines are never listed.
type InstanceFilter struct {
	Name, Account string
	States        []string          // any of
	Tags          map[string]string // the user's own, all of
}

func (f InstanceFilter) matches(i *Instance) bool {
	for key, value := range f.Tags {
		if have, found := i.Tags[key]; !found || have != value {
			return false
		}
	}
	return (f.Name == "" || f.Name == i.Name) && (f.Account == "" || f.Account == i.Account) &&
		(len(f.States) == 0 || slices.Contains(f.States, i.State))
}

// Get returns a machine. One that is terminated, was never there or is not Tropic's is ErrNotFound; absence is confirmed
// by id, not concluded from a list. It reads through the client's snapshot, which is at most DefaultSnapshotTTL old.
func (s *InstanceService) Get(ctx context.Context, id string) (*Instance, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	all, err := s.c.snapshot.instances.get(ctx)
	if err != nil {
		return nil, failure("reading", "instance", id, err)
	}
	if instance, listed := all[id]; listed {
		return existing(instance)
	}
	return s.read(ctx, id)
}

// GetByName returns the machine called name in the account, or ErrNotFound.
func (s *InstanceService) GetByName(ctx context.Context, account, name string) (*Instance, error) {
	found, err := s.List(ctx, InstanceFilter{Name: name, Account: account})
	if err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, &Error{
			Op: "reading", Resource: "instance", ID: name, Kind: ErrNotFound,
			Reason: "account " + account + " has no machine of this name in " + s.c.region,
			Next:   "check the name, the account and the region",
		}
	case 1:
		return found[0], nil
	}
	return nil, &Error{
		Op: "reading", Resource: "instance", ID: name, Kind: ErrConflict,
		Reason: "the name is borne by " + found[0].ID + " and " + found[1].ID, Next: "use the id",
	}
}

// List returns the managed machines of the region, sorted by account, name and id.
func (s *InstanceService) List(ctx context.Context, filter InstanceFilter) ([]*Instance, error) {
	all, err := s.c.snapshot.instances.get(ctx)
	if err != nil {
		return nil, failure("listing", "instances", "", err)
	}
	var out []*Instance
	for _, i := range all {
		if i.alive() && filter.matches(i) {
			out = append(out, i.clone())
		}
	}
	slices.SortFunc(out, func(a, b *Instance) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Settings returns the machine's settings document, or ErrNotFound.
func (s *InstanceService) Settings(ctx context.Context, id string) (*manifest.Settings, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	var out manifest.Settings
	if err := s.c.readDocument(ctx, "settings of instance", id, manifest.SettingsPath(id), &out); err != nil {
		return nil, err
	}
	return &out, nil
}

// Status returns what the machine last reported, or ErrNotFound while it has not.
func (s *InstanceService) Status(ctx context.Context, id string) (*manifest.Status, error) {
	if err := validateInstanceID(id); err != nil {
		return nil, err
	}
	var out manifest.Status
	if err := s.c.readDocument(ctx, "status of instance", id, manifest.StatusPath(id), &out); err != nil {
		return nil, err
	}
	if out.ReportedAt.IsZero() { // what Provision put there so that the machine may write it
		return nil, &Error{
			Op: "reading", Resource: "status of instance", ID: id, Kind: ErrNotFound,
			Reason: "the machine has not reported yet",
		}
	}
	return &out, nil
}

// readDocument reads a desired-state document; an absent one is ErrNotFound.
func (c *Client) readDocument(ctx context.Context, resource, id, name string, document any) error {
	_, err := manifest.Read(ctx, c.store, name, document)
	if errors.Is(err, manifest.ErrNotFound) {
		return &Error{Op: "reading", Resource: resource, ID: id, Kind: ErrNotFound, Reason: "parameter " + name + " is absent"}
	}
	return failure("reading", resource, id, err)
}

// Connection is what Systems Manager says of a machine's agent.
type Connection struct {
	InstanceID   string
	PingStatus   string    // Online, ConnectionLost or Inactive; empty when it never registered
	LastPing     time.Time // zero when it never registered
	AgentVersion string
}

// Online reports whether commands reach the machine.
func (c Connection) Online() bool { return c.PingStatus == "Online" }

// Connection returns how Systems Manager sees the machine; one that never registered has an empty PingStatus.
func (s *InstanceService) Connection(ctx context.Context, id string) (Connection, error) {
	if err := validateInstanceID(id); err != nil {
		return Connection{}, err
	}
	all, err := s.c.snapshot.registrations.get(ctx)
	if err != nil {
		return Connection{}, failure("reading", "connection of instance", id, err)
	}
	if connection, listed := all[id]; listed {
		return connection, nil
	}
	one, err := s.c.connections.Get(ctx, id)
	if err != nil {
		return Connection{}, failure("reading", "connection of instance", id, err)
	}
	if connection, registered := one[id]; registered {
		return connection, nil
	}
	return Connection{InstanceID: id}, nil
}

// read asks EC2 about one machine, past the snapshot.
func (s *InstanceService) read(ctx context.Context, id string) (*Instance, error) {
	found, err := s.c.describeInstances(ctx, filter("instance-id", id))
	if err != nil {
		return nil, failure("reading", "instance", id, err)
	}
	instance, listed := found[id]
	if !listed {
		return nil, &Error{
			Op: "reading", Resource: "instance", ID: id, Kind: ErrNotFound, absent: true,
			Reason: "there is no such machine in " + s.c.region, Next: "check the id and the region",
		}
	}
	return existing(instance)
}

// existing passes a machine of Tropic's that is not terminated, as a copy.
func existing(i *Instance) (*Instance, error) {
	switch {
	case i.State == StateTerminated:
		return nil, &Error{Op: "reading", Resource: "instance", ID: i.ID, Kind: ErrNotFound, Reason: "the machine is terminated"}
	case !i.managed:
		return nil, &Error{
			Op: "reading", Resource: "instance", ID: i.ID, Kind: ErrNotFound,
			Reason: "the machine is not Tropic's: it lacks the tag " + TagManaged,
		}
	}
	return i.clone(), nil
}

func validateInstanceID(id string) error {
	if idPattern.MatchString(id) {
		return nil
	}
	return invalid("instance", "id", id, "is not an instance id", `"i-" and hexadecimal digits, such as "i-0abc123def4567890"`)
}
