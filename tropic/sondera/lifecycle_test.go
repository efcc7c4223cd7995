package sondera_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

const noLS = `@id("no-ls") forbid(principal, action, resource) when { context.programs.contains("ls") };`

func TestReloadKeepsTheLastGoodSet(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Shared: cedarSource(noLS)})
	before := g.Digest("a")
	err := g.Reload(sondera.Options{Shared: cedarSource(`@id("broken") forbid(`)})
	var kept *sondera.KeptError
	var fault *sondera.LoadError
	if !errors.As(err, &kept) || !errors.As(err, &fault) || kept.Digest != before || fault.File != "test.cedar" {
		t.Fatalf("Reload of a broken policy: %v", err)
	}
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Deny || d.Digest != before {
		t.Errorf("after a reload that failed: %+v", d)
	}
	if err := g.Reload(sondera.Options{}); err != nil {
		t.Fatal(err)
	}
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Allow || d.Digest == before {
		t.Errorf("after a reload: %+v", d)
	}
}

func TestWithoutAGoodSetEverythingIsDenied(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]sondera.Options{
		"policy": {Shared: cedarSource(`@id("x") forbid(principal, action, resource) when { context.nothing };`)},
		"agent":  {Agents: map[string][]sondera.Source{"b": cedarSource(`@id("x") forbid(principal, action, resource) when { context.nothing };`)}},
		"pack":   {Packs: []string{"bass"}},
	} {
		g, err := sondera.New(o)
		var unloaded *sondera.UnloadedError
		if !errors.As(err, &unloaded) {
			t.Fatalf("%s: %v", name, err)
		}
		d := g.DecideFacts(t.Context(), understood(nil))
		if d.Effect != sondera.Deny || !d.Enforced || !errors.As(d.Err, &unloaded) || !strings.Contains(d.Reason, err.Error()) {
			t.Errorf("%s: %+v", name, d)
		}
		if r := g.Result(t.Context(), facts.Call{Tool: "exec", Output: "hidden"}); r.Text != redact.Marker || r.Decision.Effect != sondera.Redact {
			t.Errorf("%s: a result is shown: %+v", name, r)
		}
		if err := g.Reload(sondera.Options{}); err != nil {
			t.Fatal(err)
		}
		if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Allow {
			t.Errorf("%s: after a good reload: %+v", name, d)
		}
	}
}

func TestWhatCannotBeDecidedIsDenied(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{})
	late, cancel := context.WithCancel(t.Context())
	cancel()
	closed := newGate(t, sondera.Options{})
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	var syntax *facts.SyntaxError
	for name, d := range map[string]sondera.Decision{
		"deadline":        g.Decide(late, facts.Call{Tool: "read"}),
		"result too late": g.Result(late, facts.Call{Tool: "read"}).Decision,
		"closed":          closed.Decide(t.Context(), facts.Call{Tool: "read"}),
		"malformed":       g.DecideLine(t.Context(), []byte(`{"tool":`)),
		"no object":       g.DecideLine(t.Context(), []byte(`[]`)),
	} {
		want := sondera.Deny
		if strings.HasPrefix(name, "result") {
			want = sondera.Redact
		}
		if d.Effect != want || d.Err == nil || !strings.Contains(d.Reason, d.Err.Error()) || !d.Enforced {
			t.Errorf("%s: %+v", name, d)
		}
		if strings.HasPrefix(name, "dead") && !errors.Is(d.Err, context.Canceled) || name == "closed" && !errors.Is(d.Err, sondera.ErrClosed) ||
			name == "malformed" && !errors.As(d.Err, &syntax) {
			t.Errorf("%s: error %v", name, d.Err)
		}
	}
	if err := closed.Reload(sondera.Options{}); !errors.Is(err, sondera.ErrClosed) {
		t.Errorf("a closed gate reloads: %v", err)
	}
}

// brokenRedactor fails in a way that must not let text through.
type brokenRedactor struct{}

func (brokenRedactor) Text(string) (string, []redact.Span) { panic("secret text") }

func TestAPanicIsADenialWithoutValues(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Redactor: brokenRedactor{}})
	r := g.Result(t.Context(), facts.Call{Tool: "exec", Output: "text"})
	var failed *sondera.PanicError
	if r.Text != redact.Marker || r.Decision.Effect != sondera.Redact || !errors.As(r.Decision.Err, &failed) || strings.Contains(r.Decision.Reason, "secret") {
		t.Errorf("%+v", r)
	}
}

func TestLockdownAllowsOnlyWhatIsPermitted(t *testing.T) {
	t.Parallel()
	own := sondera.Source{Name: "own.cedar", OwnDefault: true, Text: []byte(`
		@id("reads") permit(principal, action, resource == Tool::"Read");
		@id("default-allow") permit(principal, action, resource);`)}
	read := understood(func(f *facts.Facts) { f.Resource = "Read" })
	for _, test := range []struct {
		lockdown   bool
		bash, read sondera.Effect
	}{{false, sondera.Allow, sondera.Allow}, {true, sondera.Deny, sondera.Allow}} {
		g := newGate(t, sondera.Options{Lockdown: test.lockdown, Agents: map[string][]sondera.Source{"a": {own}}})
		if got := g.DecideFacts(t.Context(), understood(nil)); got.Effect != test.bash {
			t.Errorf("lockdown %v, Bash: %+v", test.lockdown, got)
		}
		if got := g.DecideFacts(t.Context(), read); got.Effect != test.read {
			t.Errorf("lockdown %v, Read: %+v", test.lockdown, got)
		}
	}
}

// A policy's own default takes the place of the engine's: what it leaves open is denied.
func TestOwnDefault(t *testing.T) {
	t.Parallel()
	own := sondera.Source{Name: "own.cedar", OwnDefault: true, Text: []byte(`@id("none") permit(principal, action, resource == Tool::"Read");`)}
	g := newGate(t, sondera.Options{Agents: map[string][]sondera.Source{"a": {own}}})
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Deny || len(d.Rules) != 0 {
		t.Errorf("an agent with default deny: %+v", d)
	}
	if d := g.DecideFacts(t.Context(), understood(func(f *facts.Facts) { f.Agent = "b" })); d.Effect != sondera.Allow {
		t.Errorf("another agent: %+v", d)
	}
}

func TestShadowDecidesAndEnforcesNothing(t *testing.T) {
	t.Parallel()
	g := newGate(t, sondera.Options{Shadow: true, Shared: cedarSource(noLS)})
	if d := g.DecideFacts(t.Context(), understood(nil)); d.Effect != sondera.Deny || d.Enforced {
		t.Errorf("%+v", d)
	}
	secret := "key AKIAIOSFODNN7EXAMPLQ here"
	if r := g.Result(t.Context(), facts.Call{Tool: "exec", Output: secret}); r.Text != secret || r.Decision.Enforced || r.Decision.Effect != sondera.Redact {
		t.Errorf("%+v", r.Decision)
	}
}

func TestDuplicateIDsAcrossSourcesDoNotLoad(t *testing.T) {
	t.Parallel()
	_, err := sondera.New(sondera.Options{Packs: []string{"base"}, Agents: map[string][]sondera.Source{
		"a": cedarSource(`@id("sondera-block-sudo") permit(principal, action, resource);`),
	}})
	if err == nil || !strings.Contains(err.Error(), `test.cedar:1:1: policy "sondera-block-sudo": the @id is taken: packs/base.cedar:`) {
		t.Errorf("a rule takes a pack's id: %v", err)
	}
}

// Decisions are a pure function of call and set, whatever happens at the same time.
func TestDecisionsUnderReload(t *testing.T) {
	t.Parallel()
	strict, loose := sondera.Options{Packs: sondera.PackNames(), Shared: cedarSource(noLS)}, sondera.Options{}
	g := newGate(t, strict)
	strictDigest := g.Digest("a")
	var deciders sync.WaitGroup
	for range 4 {
		deciders.Go(func() {
			for range 500 {
				d := g.DecideFacts(t.Context(), understood(nil))
				if want := d.Digest == strictDigest; (d.Effect == sondera.Deny) != want {
					t.Errorf("%s by the set %s", d.Effect, d.Digest)
				}
			}
		})
	}
	for i := range 50 {
		o := strict
		if i%2 == 0 {
			o = loose
		}
		if err := g.Reload(o); err != nil {
			t.Error(err)
		}
	}
	deciders.Wait()
}
