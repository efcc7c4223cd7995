package lease_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/identity"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/lease"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/imds"
)

// machine is one with a metadata service, whose wall clock the test sets; it is long up.
type machine struct {
	t    *testing.T
	root string
	log  bytes.Buffer

	mu   sync.Mutex
	now  time.Time
	tags map[string]string
	down bool // metadata answers nothing but errors

	uptime   time.Duration // at noon
	metadata identity.Metadata
	powerOff error // what powering off answers
	clockErr error // uptime is not known
	offs     int
}

func (m *machine) Metadata() (imds.Instance, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return imds.Instance{ID: "i-1", Tags: m.tags}, true
}

func (*machine) RoleCredentials() (imds.Credentials, error) {
	return imds.Credentials{}, errors.New("none")
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, root: t.TempDir(), now: noon, uptime: time.Hour}
	for _, dir := range []string{"run", "var/lib"} {
		if err := os.MkdirAll(filepath.Join(m.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	service := imds.NewHandler(m, time.Now)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		down := m.down
		m.mu.Unlock()
		if down {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
		service.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	m.metadata = identity.NewMetadata(server.URL)
	return m
}

// at sets the clock and what the tag is; "" = there is none.
func (m *machine) at(now time.Duration, tag string) *machine {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now, m.tags, m.down = noon.Add(now), map[string]string{"Name": "desk"}, false
	if tag != "" {
		m.tags[lease.TagName] = tag
	}
	return m
}

func (m *machine) unreachable() *machine {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = true
	return m
}

// boot empties /run, and starts the uptime anew.
func (m *machine) boot() {
	m.t.Helper()
	if err := errors.Join(os.RemoveAll(filepath.Join(m.root, "run")), os.Mkdir(filepath.Join(m.root, "run"), 0o755)); err != nil {
		m.t.Fatal(err)
	}
	m.uptime = noon.Sub(m.now)
}

// look wants a state, and wants the machine powered off exactly when that is Ended.
func (m *machine) look(want lease.State, trouble bool) {
	m.t.Helper()
	before := m.offs
	m.log.Reset()
	shutdown := make(chan struct{})
	d, err := lease.Watch(m.t.Context(), lease.Options{
		Root: m.root, Timeout: 10 * time.Second, BootGrace: lease.BootGrace,
		Read: func(ctx context.Context) lease.Tag { return lease.ReadTag(ctx, m.metadata) },
		Clock: func() (lease.Clock, error) {
			if m.clockErr != nil {
				return lease.Clock{Now: m.now}, m.clockErr
			}
			return lease.Clock{Now: m.now, Uptime: m.uptime + m.now.Sub(noon)}, nil
		},
		Wait: func(context.Context, time.Duration) error { // for the shutdown, which reaches the process that asked for it
			<-shutdown
			return context.Canceled
		},
		PowerOff: func(context.Context) error { m.offs++; close(shutdown); return m.powerOff },
		Force:    func() error { m.t.Error("forced a machine that had shut down"); return nil },
		Logger:   slog.New(slog.NewTextHandler(&m.log, nil)),
	})
	if d.State != want || (err != nil) != trouble || m.offs-before != map[bool]int{true: 1}[want == lease.Ended] {
		m.t.Errorf("%s: %s, %v, powered off %d times; want %s, trouble %t", m.now.Format(time.TimeOnly), d.State, err, m.offs-before, want, trouble)
	}
	if quiet := want != lease.Ended && !trouble; quiet != (m.log.Len() == 0) {
		m.t.Errorf("%s: the journal says %q", m.now.Format(time.TimeOnly), &m.log)
	}
}

const leaseAtOne = "2026-11-25T12:01:00Z"

func TestLookOverRealMetadata(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.at(0, "").look(lease.Unbound, false)
	m.at(0, "").unreachable().look(lease.Unknown, true)
	m.at(0, "soon").look(lease.Unknown, true)
	m.at(0, leaseAtOne).look(lease.Holds, false)
	m.at(15*time.Second, "").unreachable().look(lease.Holds, true)
	m.at(30*time.Second, "").look(lease.Holds, false) // removed
	m.at(45*time.Second, "12:05").look(lease.Holds, true)
	if !strings.Contains(m.log.String(), "12:05") || !strings.Contains(m.log.String(), "no RFC 3339 instant") {
		t.Errorf("the journal does not say what the tag is: %s", &m.log)
	}
	m.at(time.Minute, "2026-11-25T13:02:00+01:00").look(lease.Holds, false) // renewed, in a zone of its own
	m.at(2*time.Minute, "").unreachable().look(lease.Ended, true)
	for _, want := range []string{"lease until 2026-11-25T12:02:00Z", "last read at 2026-11-25T12:01:00Z", "ended 0s ago", "powering off"} {
		if !strings.Contains(m.log.String(), want) {
			t.Errorf("the journal does not say %q: %s", want, &m.log)
		}
	}
	m.at(2*time.Minute, "").look(lease.Ended, false)
	m.at(3*time.Minute, leaseAtOne).look(lease.Ended, false)
	m.at(3*time.Minute, "2026-11-25T12:04:00Z").look(lease.Holds, false)
}

func TestMemoryIsRootsAndReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.at(0, leaseAtOne).look(lease.Holds, false)
	file := filepath.Join(m.root, "run/tropic/lease")
	info, err := os.Lstat(file)
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("%v, %v; want mode 0600", info, err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the memory lie %v, %v", entries, err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("not the lease's"), 0o600); err != nil {
		t.Fatal(err)
	}
	// another file each time: what the case before has left, such as a link, must not be written through
	fresh := func(text string) error { return errors.Join(os.Remove(file), os.WriteFile(file, []byte(text), 0o600)) }
	for name, damage := range map[string]func() error{
		"cut":          func() error { return fresh(`{"until":"2026-11`) },
		"empty":        func() error { return fresh("") },
		"a link":       func() error { return errors.Join(os.Remove(file), os.Symlink(elsewhere, file)) },
		"a long file":  func() error { return fresh(strings.Repeat("x", 1<<20)) },
		"another text": func() error { return fresh(`{"until":"tomorrow"}`) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		m.at(0, "").unreachable().look(lease.Holds, true) // by the copy on the disk
		m.at(0, "").unreachable().look(lease.Holds, true) // for which nothing is written
		m.at(0, leaseAtOne).look(lease.Holds, true)       // reported once more, and healed
		m.at(time.Minute, "").unreachable().look(lease.Ended, true)
		if text, err := os.ReadFile(elsewhere); err != nil || string(text) != "not the lease's" {
			t.Errorf("a link was followed: its target is %q, %v", text, err)
		}
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// A /run that takes nothing does not keep a lease from ending, nor a power-off that fails the first time, nor a machine
// that cannot tell how long it runs.
func TestTroubleDoesNotKeepALeaseFromEnding(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	if err := os.WriteFile(filepath.Join(m.root, "run/tropic"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m.at(0, leaseAtOne).look(lease.Holds, true)
	m.powerOff = errors.New("systemctl poweroff: no bus")
	m.at(time.Hour, leaseAtOne).look(lease.Ended, true)
	if !strings.Contains(m.log.String(), "no bus") {
		t.Errorf("the journal: %s", &m.log)
	}
	m.powerOff, m.clockErr = nil, errors.New("no /proc")
	m.at(time.Hour+15*time.Second, leaseAtOne).look(lease.Ended, true)
}

// A machine whose metadata is silent from its boot on runs no longer than the lease of its last boot and the grace, if
// there ever was one; without a meter it is not stopped, nor when the meter has let it go.
func TestSilentMetadataFromTheBootOn(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.at(0, "").unreachable().look(lease.Unknown, true)
	m.at(10*time.Second, "").look(lease.Unbound, false)
	m.at(20*time.Second, "").boot()
	m.at(time.Hour, "").unreachable().look(lease.Unknown, true)

	m.at(time.Hour, "2026-11-25T13:30:00Z").look(lease.Holds, false)
	m.at(61*time.Minute, "").boot()
	m.at(62*time.Minute, "").unreachable().look(lease.Holds, true)
	m.at(90*time.Minute, "").unreachable().look(lease.Ended, true)
	m.at(2*time.Hour, "").boot()
	m.at(2*time.Hour+lease.BootGrace-1, "").unreachable().look(lease.Waiting, true)
	m.at(2*time.Hour+lease.BootGrace, "").unreachable().look(lease.Ended, true)
	m.at(3*time.Hour, "").boot()
	m.at(3*time.Hour+time.Second, "2026-11-25T15:30:00Z").look(lease.Holds, false) // it can be read again

	m.at(4*time.Hour, "").boot()
	m.at(4*time.Hour+time.Second, "").look(lease.Unbound, false) // no meter any more, which outlives this boot too
	m.at(5*time.Hour, "").unreachable().look(lease.Unknown, true)
	m.at(6*time.Hour, "").boot()
	m.at(7*time.Hour, "").unreachable().look(lease.Unknown, true)
}

// The disk is written when the lease changes, not at each look; one that takes nothing is reported, and needed by none.
func TestDiskIsWrittenWhenTheLeaseChanges(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	file := filepath.Join(m.root, "var/lib/tropic/lease")
	written := func() os.FileInfo {
		t.Helper()
		info, err := os.Lstat(file)
		if err != nil || info.Mode() != 0o600 {
			t.Fatalf("%v, %v; want mode 0600", info, err)
		}
		return info
	}
	m.at(0, leaseAtOne).look(lease.Holds, false)
	first := written()
	m.at(15*time.Second, leaseAtOne).look(lease.Holds, false)
	if !os.SameFile(first, written()) {
		t.Error("written anew for the same lease")
	}
	m.at(30*time.Second, "2026-11-25T12:02:00Z").look(lease.Holds, false)
	if os.SameFile(first, written()) {
		t.Error("a new lease was not written")
	}
	dir := filepath.Dir(file)
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	m.at(45*time.Second, "2026-11-25T12:02:00Z").look(lease.Holds, true)
	m.at(2*time.Minute, "").unreachable().look(lease.Ended, true)
}

func FuzzParseTag(f *testing.F) {
	for _, seed := range []string{leaseAtOne, "2026-11-25T13:02:00+01:00", "", " ", "tomorrow", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-11-25t12:01:00z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tag := lease.ParseTag(text)
		if (tag.Err == nil) == tag.Until.IsZero() {
			t.Fatalf("%q is neither a lease nor an error: %+v", text, tag)
		}
		if tag.Err != nil && len(tag.Err.Error()) > 700 {
			t.Fatalf("%d bytes of error for %d bytes of tag", len(tag.Err.Error()), len(text))
		}
		if tag.Err == nil && !lease.ParseTag(tag.Until.Format(time.RFC3339Nano)).Until.Equal(tag.Until) {
			t.Fatalf("%q does not come back", text)
		}
	})
}
