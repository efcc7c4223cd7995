package tropic_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// sweep kills a verb at each of its calls in turn, before and after the call's effect, and lets another process do the
// same again: that must end as if nothing had happened.
type sweep struct {
	// before makes what the verb is about and returns its id, or a name.
	before func(t *testing.T, cloud *recordCloud, client *tropic.Client) string
	verb   func(ctx context.Context, client *tropic.Client, id string) error
	// again is done by the other process; nil = the verb.
	again func(ctx context.Context, client *tropic.Client, id string) error
	// check looks at what the other process made of it, and removes everything.
	check func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string)
	// between looks at the cloud after every call of either process; nil = nobody does.
	between func(t *testing.T, cloud *recordCloud, id string)
	// keepAnswers lets pokes of the process that died count.
	keepAnswers bool
	behind      lag.Config // of the cloud's reads
	calls       int        // at least so many has the verb
}

func (s sweep) run(t *testing.T) {
	t.Helper()
	t.Parallel()
	if s.again == nil {
		s.again = s.verb
	}
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after_effect_%t", after), func(t *testing.T) {
			t.Parallel()
			cloud := newLaggingCloud(t, s.behind)
			observer := cloud.client(t, tropic.WithSnapshotTTL(0))
			n := 1
			for s.survives(t, cloud, observer, n, after) {
				n++
			}
			if n-1 < s.calls {
				t.Errorf("the sweep met %d calls; the verb makes more", n-1)
			}
			t.Logf("%d calls", n-1)
		})
	}
}

// survives kills the n-th call; died is false when the verb makes fewer. The observer is neither of the two processes.
func (s sweep) survives(t *testing.T, cloud *recordCloud, observer *tropic.Client, n int, after bool) (died bool) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("that was with a death at call %d, after its effect: %t", n, after)
		}
	}()
	id := s.before(t, cloud, observer)
	process := func(network *mortal) *tropic.Client {
		network.network = cloud.network.Transport
		if s.between != nil {
			network.between = func() { s.between(t, cloud, id) }
		}
		return cloud.client(t, tropic.WithHTTPClient(&http.Client{Transport: network}))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	network := &mortal{n: n, after: after, die: cancel}
	err := s.verb(ctx, process(network), id)
	if died = network.died(); died == (err == nil) {
		t.Fatalf("call %d: died %t, the verb says %v", n, died, err)
	}
	again := process(&mortal{})
	if !s.keepAnswers {
		cloud.forgetAnswers()
	}
	if err := s.again(t.Context(), again, id); err != nil {
		t.Fatalf("died at call %d, then again: %v", n, err)
	}
	if s.behind.Reads > 0 {
		settle(t, cloud)
	}
	s.check(t, cloud, observer, id)
	return died
}
