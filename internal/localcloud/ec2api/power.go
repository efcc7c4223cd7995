package ec2api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/journal"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type changeXML struct {
	ID       string   `xml:"instanceId"`
	Current  stateXML `xml:"currentState"`
	Previous stateXML `xml:"previousState"`
}

type changesOutput struct {
	Changes []changeXML `xml:"instancesSet>item"`
}

// work is what leads an instance out of an intermediate state.
type work func(context.Context, Instance) error

// transition says what a call makes of an instance: its record with the intermediate state, and the work that follows;
// no work means that there is nothing to do.
type transition func(Instance) (Instance, work, error)

func (s *Service) startInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i Instance) (Instance, work, error) {
		switch i.State {
		case stateRunning, statePending:
			return i, nil, nil
		case stateStopped:
			i.PublicIP = s.publicIP()
			i.Launched = s.Now().UTC()
			i.Reason, i.ReasonCode = "", ""
			return i.enter(statePending), s.boot, nil
		}
		return i, nil, incorrectState(i, "started")
	})
}

func (s *Service) stopInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i Instance) (Instance, work, error) {
		switch i.State {
		case stateStopped, stateStopping:
			return i, nil, nil
		case stateRunning, statePending:
			i.Reason, i.ReasonCode = s.userInitiated(), byUser
			return i.enter(stateStopping), s.halt, nil
		}
		return i, nil, incorrectState(i, "stopped")
	})
}

func (s *Service) terminateInstances(req wire.Request, q wire.Query) (any, error) {
	return s.change(req, q, func(i Instance) (Instance, work, error) {
		if !i.Live() {
			return i, nil, nil
		}
		i.Reason, i.ReasonCode = s.userInitiated(), byUser
		return i.enter(stateShuttingDown), s.destroy, nil
	})
}

// userInitiated is the transition reason of what a call did: EC2 ends it with the instant, in whole seconds and as GMT.
func (s *Service) userInitiated() string {
	return "User initiated (" + s.Now().UTC().Format(time.DateTime) + " GMT)"
}

func incorrectState(i Instance, verb string) error {
	return &wire.Error{
		Code:    "IncorrectInstanceState",
		Message: fmt.Sprintf("The instance '%s' is not in a state from which it can be %s (it is '%s').", i.ID, verb, i.State),
	}
}

// change applies one transition to every named instance, or to none when one of them refuses it.
func (s *Service) change(req wire.Request, q wire.Query, to transition) (any, error) {
	ids := q.Strings("InstanceId")
	if len(ids) == 0 {
		return nil, missing("InstanceId")
	}
	slices.Sort(ids)
	var out changesOutput
	next := map[string]Instance{}
	then := map[string]work{}
	for _, id := range slices.Compact(ids) {
		i, err := s.instance(req.Region, id)
		if err != nil {
			return nil, err
		}
		changed, work, err := to(*i)
		if err != nil {
			return nil, err
		}
		if work != nil {
			next[id], then[id] = changed, work
		}
		out.Changes = append(out.Changes, changeXML{
			id, stateXML{stateCodes[changed.State], changed.State}, stateXML{stateCodes[i.State], i.State},
		})
	}
	return out, s.enterAll(next, then)
}

// enter gives the record an intermediate state.
func (i Instance) enter(state string) Instance {
	i.State = state
	i.TransitionTurn++
	return i
}

// enterAll keeps the intermediate states of all, and begins the work that ends each.
func (s *Service) enterAll(next map[string]Instance, then map[string]work) error {
	err := s.Journal.Batch(func(b *journal.Batch) error {
		for id, i := range next {
			if err := b.Put(kindInstance, id, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id, i := range next {
		*s.instances[id] = i
		s.begin(s.instances[id], then[id])
	}
	return nil
}
