package tropic

import (
	"context"
	"errors"
	"time"
)

// ErrMachineFull is the cause of the ErrConflict with which a machine that has manifest.MaxAgents agents refuses one more.
var ErrMachineFull = errors.New("the machine is full")

// RoomWait is how long PutWhenRoom waits for a place.
const RoomWait = 10 * time.Second

// roomPoll is how often it looks: a place is free as soon as the other's document is deleted.
var roomPoll = Backoff{Min: 500 * time.Millisecond, Max: time.Second}

// PutWhenRoom is Put for an agent that may be about to take the place of another: on a full machine it waits up to
// RoomWait for one to be deleted, by whomever. Terraform destroys and creates unrelated agents in any order, so nobody
// can tell whether a delete is still to come. When none came, it is refused as Put refuses it.
func (s *AgentService) PutWhenRoom(ctx context.Context, instanceID string, spec AgentSpec) (*Agent, error) {
	var agent *Agent
	var refusal error
	err := s.c.wait(ctx, wait{
		Resource: "machine", ID: instanceID, Goal: "to have room for agent " + spec.Slug, Timeout: RoomWait, Poll: roomPoll,
	}, func(ctx context.Context) (observation, error) {
		var err error
		agent, err = s.Put(ctx, instanceID, spec)
		if errors.Is(err, ErrMachineFull) {
			refusal = err
			return observation{State: "full"}, nil
		}
		if ctx.Err() == nil { // else that it was full says more than that the time is over
			refusal = nil
		}
		return observation{Done: err == nil}, err
	})
	if refusal != nil {
		return nil, refusal
	}
	return agent, err
}
