package tropic_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// fleet is three connected machines and one that is stopped.
func fleet(t *testing.T) (cloud *recordCloud, online []string, off string) {
	t.Helper()
	cloud = newAnsweringCloud(t)
	for _, name := range []string{"ann", "ben", "cyd"} {
		online = append(online, cloud.online(t, name).ID)
	}
	off = cloud.online(t, "dan").ID
	if _, err := cloud.client(t).Instances.Stop(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	cloud.forgetAnswers()
	cloud.forgetCalls()
	return cloud, online, off
}

func TestPokeAllPokesTheOthersOfAMachineThatIsOff(t *testing.T) {
	t.Parallel()
	cloud, online, off := fleet(t)
	err := cloud.client(t).Commands.PokeAll(t.Context(), append([]string{off}, online...))
	if !errors.Is(err, tropic.ErrNotConnected) || !strings.Contains(err.Error(), off) {
		t.Errorf("error %v, want one that names %s as not connected", err, off)
	}
	for _, id := range online {
		cloud.wasPoked(t, id)
		if strings.Contains(err.Error(), id) {
			t.Errorf("the error names %s, which is connected: %v", id, err)
		}
	}
	if calls := cloud.operations(); !slices.Equal(calls, []string{"DescribeInstanceInformation", "SendCommand"}) {
		t.Errorf("calls %v, want one question and one command", calls)
	}
}

// TestPokeAllGoesOnWhenACommandIsRefused refuses the first command, as when a machine goes off right after it was seen.
func TestPokeAllGoesOnWhenACommandIsRefused(t *testing.T) {
	t.Parallel()
	cloud, online, _ := fleet(t)
	var commands atomic.Int32
	cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
		if call.Operation == "SendCommand" && commands.Add(1) == 1 {
			return &localcloud.Fault{Code: "InvalidInstanceId", Message: "not in a valid state"}
		}
		return nil
	})
	if err := cloud.client(t).Commands.PokeAll(t.Context(), online); err != nil {
		t.Error(err)
	}
	for _, id := range online {
		cloud.wasPoked(t, id)
	}
	if n := commands.Load(); n != 3 {
		t.Errorf("%d commands, want the refused one and its halves", n)
	}
}

func TestPokeAllOfNobodyCallsNobody(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	if err := cloud.client(t).Commands.PokeAll(t.Context(), nil); err != nil || len(cloud.operations()) > 0 {
		t.Errorf("%v, calls %v", err, cloud.operations())
	}
}
