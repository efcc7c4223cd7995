package parameterstore_test

import (
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
)

// TestConcurrentReadsShareCalls lets 30 callers read a parameter each while the first call is under way.
func TestConcurrentReadsShareCalls(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	names := numbered("/tropic/a", 30)
	want := put(t, store, names...)
	cloud.served("")
	cloud.mu.Lock()
	cloud.fault = func(localcloud.Call) *localcloud.Fault { return &localcloud.Fault{Latency: 100 * time.Millisecond} }
	cloud.mu.Unlock()
	var readers sync.WaitGroup
	for _, name := range names {
		readers.Go(func() {
			got, err := store.Get(t.Context(), name)
			if err != nil || len(got) != 1 || got[name] != want[name] {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		})
	}
	readers.Wait()
	if n := cloud.served("GetParameters"); n > 10 {
		t.Errorf("30 concurrent reads took %d calls, want about 4", n)
	}
}

// TestARefusedNameFailsNobodyElse refuses calls that several callers share, as IAM does for one name among them.
func TestARefusedNameFailsNobodyElse(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	names := numbered("/tropic/a", 4)
	want := put(t, store, names...)
	first := make(chan struct{})
	cloud.mu.Lock()
	gets := 0
	cloud.fault = func(call localcloud.Call) *localcloud.Fault {
		if call.Operation != "GetParameters" {
			return nil
		}
		gets++
		switch gets {
		case 1: // holds the others back, so that they share the next
			close(first)
			return &localcloud.Fault{Latency: time.Second}
		case 2:
			return &localcloud.Fault{Code: "AccessDeniedException", Message: "not authorized"}
		}
		return nil
	}
	cloud.mu.Unlock()
	var readers sync.WaitGroup
	for i, name := range names {
		readers.Go(func() {
			if i > 0 {
				<-first
			}
			got, err := store.Get(t.Context(), name)
			if err != nil || got[name] != want[name] {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		})
	}
	readers.Wait()
}
