package tropic_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// fullMachine has as many agents as it may.
func fullMachine(t *testing.T) (*recordCloud, *tropic.Client, *tropic.Instance) {
	t.Helper()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	for n := range manifest.MaxAgents {
		if _, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: fmt.Sprintf("agent-%d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	return cloud, client, instance
}

// putWhenRoom lets a client of its own wait for room on a clock that jumps from pause to pause; meanwhile is told how
// many pauses there were, and runs before each ends. It returns how long was waited.
func putWhenRoom(t *testing.T, cloud *recordCloud, id string, meanwhile func(pauses int)) (time.Duration, error) {
	t.Helper()
	began := time.Now()
	clock := newHandClock(began)
	client := cloud.client(t, tropic.WithClock(clock))
	var failed error
	go func() {
		defer clock.finish()
		_, failed = client.Agents.PutWhenRoom(t.Context(), id, tropic.AgentSpec{Slug: "one-more"})
	}()
	for pauses := 1; ; pauses++ {
		if meanwhile != nil {
			meanwhile(pauses)
		}
		if !clock.next(2) { // the time limit and the pause
			return clock.Now().Sub(began), failed
		}
	}
}

func TestASixthAgentIsRefusedAfterTheWaitForRoom(t *testing.T) {
	t.Parallel()
	cloud, client, instance := fullMachine(t)
	waited, err := putWhenRoom(t, cloud, instance.ID, nil)
	if !errors.Is(err, tropic.ErrMachineFull) || !errors.Is(err, tropic.ErrConflict) || errors.Is(err, tropic.ErrTimeout) ||
		!strings.Contains(err.Error(), "has 5 agents, the most it may run: agent-0, agent-1") {
		t.Errorf("the sixth agent: %v, want a conflict that names the five", err)
	}
	if waited != tropic.RoomWait {
		t.Errorf("it was waited for %s, want %s", waited, tropic.RoomWait)
	}
	agents, err := client.Agents.List(t.Context(), instance.ID)
	if err != nil || len(agents) != manifest.MaxAgents {
		t.Errorf("%d agents, %v", len(agents), err)
	}
}

func TestAnAgentTakesThePlaceOfOneThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	cloud, client, instance := fullMachine(t)
	waited, err := putWhenRoom(t, cloud, instance.ID, func(pauses int) {
		if pauses != 4 {
			return
		}
		if err := client.Agents.Delete(t.Context(), instance.ID, "agent-3"); err != nil {
			t.Error(err)
		}
	})
	if err != nil || waited == 0 || waited >= tropic.RoomWait {
		t.Errorf("after %s: %v, want success within the limit", waited, err)
	}
	if _, err := client.Agents.Get(t.Context(), instance.ID, "one-more"); err != nil {
		t.Error(err)
	}
}

func TestOnlyRoomIsWaitedFor(t *testing.T) {
	t.Parallel()
	cloud, client, instance := fullMachine(t)
	if err := client.Instances.Terminate(t.Context(), instance.ID); err != nil {
		t.Fatal(err)
	}
	waited, err := putWhenRoom(t, cloud, instance.ID, nil)
	if !errors.Is(err, tropic.ErrNotFound) || waited != 0 {
		t.Errorf("an agent of no machine: %v after %s, want a refusal at once", err, waited)
	}
}
