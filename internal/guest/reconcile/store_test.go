package reconcile_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// memoryStore is a manifest.Store in memory. It lives longer than the reconcile under test, as Parameter Store does.
type memoryStore struct {
	mu     sync.Mutex
	values map[string]string
	writes int
	// listed, when not nil, is what List sees: a listing that lags behind.
	listed []string
	err    error // of every call
}

// guestView is the store as the machine's role sees it: what may be read by tag only cannot be told from what does not
// exist, and both are denied.
type guestView struct{ *memoryStore }

func (s guestView) Get(ctx context.Context, names ...string) (map[string]string, error) {
	out, err := s.memoryStore.Get(ctx, names...)
	for _, name := range names {
		if _, found := out[name]; !found && strings.HasPrefix(name, manifest.InstancePath(instanceID)) && err == nil {
			return nil, deniedError{}
		}
	}
	return out, err
}

type deniedError struct{}

func (deniedError) Error() string     { return "not authorized to perform ssm:GetParameters" }
func (deniedError) ErrorCode() string { return "AccessDeniedException" }

func newStore() *memoryStore { return &memoryStore{values: map[string]string{}} }

func (s *memoryStore) Get(_ context.Context, names ...string) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for _, name := range names {
		if value, found := s.values[name]; found {
			out[name] = value
		}
	}
	return out, s.err
}

func (s *memoryStore) List(_ context.Context, prefix string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listed != nil {
		return slices.Clone(s.listed), s.err
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if strings.HasPrefix(name, prefix+"/") {
			out = append(out, name)
		}
	}
	return out, s.err
}

func (s *memoryStore) Put(_ context.Context, name, value string, _ manifest.PutOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if len(value) > manifest.MaxParameterValue {
		return errors.New("value too large")
	}
	s.values[name] = value
	s.writes++
	return nil
}

func (s *memoryStore) Delete(_ context.Context, names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		delete(s.values, name)
	}
	return s.err
}

// save and loadStore hand a store to a child process.
func (s *memoryStore) save(t testing.TB, path string) {
	t.Helper()
	raw, err := json.Marshal(s.values)
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func loadStore(path string) (*memoryStore, error) {
	s := newStore()
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return s, json.Unmarshal(raw, &s.values)
}
