package reconcile

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// roleStore refuses a read as IAM does for a role that is limited by a parameter's tag: an absent parameter has no tag,
// so a call that names one is refused whole.
type roleStore struct {
	manifest.Store
	values map[string]string
	locked string // exists, and belongs to another machine
}

type deniedError struct{}

func (deniedError) Error() string     { return "denied" }
func (deniedError) ErrorCode() string { return "AccessDeniedException" }

func (s roleStore) Get(_ context.Context, names ...string) (map[string]string, error) {
	out := map[string]string{}
	for _, name := range names {
		value, found := s.values[name]
		if !found || name == s.locked {
			return nil, deniedError{}
		}
		out[name] = value
	}
	return out, nil
}

func (s roleStore) List(_ context.Context, prefix string) ([]string, error) {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.values)), func(n string) bool { return !strings.HasPrefix(n, prefix+"/") }), nil
}

func TestReadingWhatIsAbsentIsNoRefusal(t *testing.T) {
	t.Parallel()
	const id = "i-0123456789abcdef0"
	settings, gone := manifest.SettingsPath(id), manifest.AgentPath(id, "gone")
	read := func(locked string) (map[string]string, error) {
		store := roleStore{values: map[string]string{settings: "{}"}, locked: locked}
		r := &reader{ctx: t.Context(), store: store, prefix: manifest.InstancePath(id)}
		return r.get([]string{settings, gone})
	}
	got, err := read("")
	if err != nil || !maps.Equal(got, map[string]string{settings: "{}"}) {
		t.Errorf("beside an absent parameter: %v, %v", got, err)
	}
	if _, err := read(settings); !errors.Is(err, deniedError{}) {
		t.Errorf("a parameter that is listed and refused: %v, want the refusal", err)
	}
}
