package manifest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const document = "/tropic/instances/i-1/agents/ada"

var errLost = errors.New("the call was lost")

// memory is a store that loses call number failAt, before its effect or after it, and lets before run ahead of a call.
type memory struct {
	values        map[string]string
	calls, failAt int
	afterEffect   bool
	before        func(call int)
	hidden        bool // List lags: it knows nothing
	lists         int
}

func (m *memory) call(effect func()) error {
	if m.before != nil {
		m.before(m.calls)
	}
	m.calls++
	lost := m.calls == m.failAt
	if !lost || m.afterEffect {
		effect()
	}
	if lost {
		return errLost
	}
	return nil
}

func (m *memory) Get(_ context.Context, names ...string) (map[string]string, error) {
	out := map[string]string{}
	err := m.call(func() {
		for _, name := range names {
			if value, found := m.values[name]; found {
				out[name] = value
			}
		}
	})
	return out, err
}

func (m *memory) List(_ context.Context, prefix string) ([]string, error) {
	var out []string
	m.lists++
	err := m.call(func() {
		for _, name := range slices.Sorted(maps.Keys(m.values)) {
			if strings.HasPrefix(name, prefix+"/") && !m.hidden {
				out = append(out, name)
			}
		}
	})
	return out, err
}

func (m *memory) Put(_ context.Context, name, value string, _ manifest.PutOptions) error {
	return m.call(func() { m.values[name] = value })
}

func (m *memory) Delete(_ context.Context, names ...string) error {
	return m.call(func() {
		for _, name := range names {
			delete(m.values, name)
		}
	})
}

// versions are two small documents and two in parts, so that every change between the kinds is tried.
func versions() []manifest.Agent {
	return []manifest.Agent{agentOf("small"), agentOf("other"), agentOf(noise(15_000)), agentOf(noise(9_000) + "!")}
}

func write(t *testing.T, m *memory, version manifest.Agent) bool {
	t.Helper()
	_, written, err := manifest.Write(t.Context(), m, document, version, manifest.PutOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func read(t *testing.T, m *memory) manifest.Agent {
	t.Helper()
	var got manifest.Agent
	if _, err := manifest.Read(t.Context(), m, document, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// exactly checks that the store holds one version and not a parameter more.
func exactly(t *testing.T, m *memory, version manifest.Agent) {
	t.Helper()
	header, err := manifest.ParseHeader(document, m.values[document])
	if err != nil {
		t.Fatal(err)
	}
	want := append([]string{document}, header.Parts...)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(m.values)); !slices.Equal(got, want) {
		t.Errorf("stored %v, want %v", got, want)
	}
	if diff := cmp.Diff(version, read(t, m)); diff != "" {
		t.Error(diff)
	}
}

func eachChange(t *testing.T, check func(t *testing.T, before, after manifest.Agent)) {
	t.Helper()
	for i, before := range versions() {
		for j, after := range versions() {
			t.Run(fmt.Sprintf("%d to %d", i, j), func(t *testing.T) {
				t.Parallel()
				check(t, before, after)
			})
		}
	}
}

func TestWriteKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	eachChange(t, func(t *testing.T, before, after manifest.Agent) {
		for call := 1; ; call++ {
			killed := false
			for _, afterEffect := range []bool{false, true} {
				m := &memory{values: map[string]string{}}
				write(t, m, before)
				m.calls, m.failAt, m.afterEffect = 0, call, afterEffect
				_, _, err := manifest.Write(t.Context(), m, document, after, manifest.PutOptions{})
				killed = killed || err != nil
				m.failAt = 0
				if got := read(t, m); !cmp.Equal(got, before) && !cmp.Equal(got, after) {
					t.Fatalf("call %d: a reader sees neither the old nor the new document", call)
				}
				write(t, m, after)
				exactly(t, m, after)
			}
			if !killed {
				return
			}
		}
	})
}

func TestReadDuringWrite(t *testing.T) {
	t.Parallel()
	eachChange(t, func(t *testing.T, before, after manifest.Agent) {
		for call := range 3 {
			m := &memory{values: map[string]string{}}
			write(t, m, before)
			writer := &memory{values: m.values}
			m.calls = 0
			m.before = func(n int) {
				if n == call {
					write(t, writer, after)
				}
			}
			if got := read(t, m); !cmp.Equal(got, before) && !cmp.Equal(got, after) {
				t.Fatalf("a write at call %d: neither the old nor the new document", call)
			}
		}
	})
}

func TestWriteOfTheSameWritesNothing(t *testing.T) {
	t.Parallel()
	for _, version := range versions() {
		m := &memory{values: map[string]string{}}
		if !write(t, m, version) || write(t, m, version) {
			t.Error("the first write writes, the second does not")
		}
	}
}

func TestWriteHealsWhatSomebodyChanged(t *testing.T) {
	t.Parallel()
	version := versions()[2]
	whole := &memory{values: map[string]string{}}
	write(t, whole, version)
	for name := range whole.values {
		for _, value := range []string{"", "changed"} {
			m := &memory{values: maps.Clone(whole.values)}
			if m.values[name] = value; value == "" {
				delete(m.values, name)
			}
			if !write(t, m, version) {
				t.Errorf("%s = %q was taken for whole", name, value)
			}
			exactly(t, m, version)
		}
	}
}

func TestKnownPartsAreRemovedAlthoughListLags(t *testing.T) {
	t.Parallel()
	m := &memory{values: map[string]string{}, hidden: true}
	write(t, m, versions()[2])
	write(t, m, versions()[0])
	exactly(t, m, versions()[0])
	write(t, m, versions()[3])
	if err := manifest.Remove(t.Context(), m, document); err != nil || len(m.values) > 0 {
		t.Errorf("%v; left %v", err, slices.Sorted(maps.Keys(m.values)))
	}
}

// TestOnlyDocumentsInPartsAreListed counts calls: a listing is the dearest of Parameter Store's.
func TestOnlyDocumentsInPartsAreListed(t *testing.T) {
	t.Parallel()
	eachChange(t, func(t *testing.T, before, after manifest.Agent) {
		m := &memory{values: map[string]string{}}
		write(t, m, before)
		inParts := len(m.values) > 1
		for _, version := range []manifest.Agent{after, after, before, before} { // what was in parts once stays suspect
			m.calls, m.lists = 0, 0
			want := 1 // reads the head
			if write(t, m, version) {
				want = 2
			}
			inParts = inParts || len(m.values) > 1
			if listed := m.lists > 0; listed != inParts {
				t.Errorf("%d listings; ever in parts: %t", m.lists, inParts)
			}
			if !inParts && m.calls != want {
				t.Errorf("%d calls, want %d", m.calls, want)
			}
		}
	})
}

// TestPartsOfAWriteThatDiedGoWithTheNextInPartsOrWithTheDocument lets a write in parts die before its head, and a small
// one follow: what is left is read by nobody.
func TestPartsOfAWriteThatDiedGoWithTheNextInPartsOrWithTheDocument(t *testing.T) {
	t.Parallel()
	died := func() *memory {
		m := &memory{values: map[string]string{}}
		write(t, m, versions()[0])
		m.calls, m.failAt, m.afterEffect = 0, 3, true // head, first part, second part
		if _, _, err := manifest.Write(t.Context(), m, document, versions()[2], manifest.PutOptions{}); !errors.Is(err, errLost) {
			t.Fatal(err)
		}
		m.failAt = 0
		write(t, m, versions()[1])
		if diff := cmp.Diff(versions()[1], read(t, m)); diff != "" {
			t.Error(diff)
		}
		if len(m.values) != 3 {
			t.Errorf("%d values, want the head and two parts that nobody reads", len(m.values))
		}
		return m
	}
	m := died()
	write(t, m, versions()[3])
	exactly(t, m, versions()[3])
	m = died()
	if err := manifest.Remove(t.Context(), m, document); err != nil || len(m.values) > 0 {
		t.Errorf("%v; left %v", err, slices.Sorted(maps.Keys(m.values)))
	}
}

func TestRemoveKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	for call := 1; call <= 4; call++ {
		for _, afterEffect := range []bool{false, true} {
			m := &memory{values: map[string]string{}}
			write(t, m, versions()[2])
			m.calls, m.failAt, m.afterEffect = 0, call, afterEffect
			err := manifest.Remove(t.Context(), m, document)
			if !errors.Is(err, errLost) {
				t.Fatalf("call %d: %v", call, err)
			}
			m.failAt = 0
			if err := manifest.Remove(t.Context(), m, document); err != nil || len(m.values) > 0 {
				t.Errorf("call %d: %v; left %d", call, err, len(m.values))
			}
		}
	}
}

func TestNothingIsWrittenOfADocumentTooLarge(t *testing.T) {
	t.Parallel()
	m := &memory{values: map[string]string{}}
	_, _, err := manifest.Write(t.Context(), m, document, agentOf(noise(manifest.MaxFileSize)), manifest.PutOptions{})
	if !errors.Is(err, manifest.ErrTooLarge) || len(m.values) > 0 {
		t.Errorf("%v; %d values written", err, len(m.values))
	}
}

func TestReadOfAnAbsentDocument(t *testing.T) {
	t.Parallel()
	var got manifest.Agent
	_, err := manifest.Read(t.Context(), &memory{values: map[string]string{}}, document, &got)
	if !errors.Is(err, manifest.ErrNotFound) {
		t.Error(err)
	}
}
