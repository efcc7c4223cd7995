package tropic_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// stopped launches a machine and stops it, so that nobody waits for a connection it cannot have.
func stopped(t *testing.T, cloud *recordCloud) (*tropic.Client, *tropic.Instance) {
	t.Helper()
	client, instance := launched(t, cloud)
	got, err := client.Instances.Stop(t.Context(), instance.ID)
	if err != nil {
		t.Fatal(err)
	}
	return client, got
}

func TestAnAgentOnAStoppedMachineIsProvisioning(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	agent, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{
		Slug: "poet", Template: "researcher", Files: map[string]string{"USER.md": "short answers"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if agent.State != manifest.AgentProvisioning || agent.Files["USER.md"] != "short answers" || agent.Files["AGENTS.md"] == "" {
		t.Errorf("agent = %s with %d files", agent.State, len(agent.Files))
	}
	again, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{
		Slug: "poet", Template: "researcher", Files: map[string]string{"USER.md": "short answers"},
	})
	if err != nil || again.Digest != agent.Digest {
		t.Errorf("the same again: %v, %v", again, err)
	}
	if err := client.Agents.Delete(t.Context(), instance.ID, "poet"); err != nil {
		t.Fatal(err)
	}
	if err := client.Agents.Delete(t.Context(), instance.ID, "poet"); err != nil {
		t.Errorf("deleting an absent agent: %v", err)
	}
	for _, name := range cloud.parameters(t) {
		if strings.Contains(name, "/agents/") {
			t.Errorf("parameter %s is left", name)
		}
	}
}

func TestTheSixthAgentIsRefused(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	for n := range manifest.MaxAgents {
		spec := tropic.AgentSpec{Slug: fmt.Sprintf("agent-%d", n), Files: map[string]string{"AGENTS.md": "x"}}
		if _, err := client.Agents.Put(t.Context(), instance.ID, spec); err != nil {
			t.Fatal(err)
		}
	}
	_, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: "one-more"})
	if !errors.Is(err, tropic.ErrConflict) || !errors.Is(err, tropic.ErrMachineFull) || !strings.Contains(err.Error(), "agent-0, agent-1") {
		t.Errorf("the sixth agent: %v", err)
	}
}

// TestASixthAgentThatIsThereAlreadyIsRefusedToo leaves a machine as a client does that dies between its write and the look
// whether it was one too many.
func TestASixthAgentThatIsThereAlreadyIsRefusedToo(t *testing.T) {
	t.Parallel()
	cloud, client, instance := fullMachine(t)
	doc, err := tropic.AgentSpec{Slug: "one-more"}.Document()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := manifest.Write(t.Context(), cloud.store(), manifest.AgentPath(instance.ID, "one-more"), doc, manifest.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: "one-more"}); !errors.Is(err, tropic.ErrMachineFull) {
		t.Errorf("putting the sixth again: %v, want a refusal", err)
	}
	if err := client.Agents.Delete(t.Context(), instance.ID, "one-more"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: "agent-0", Name: "Zero"}); err != nil {
		t.Errorf("changing one of the five: %v", err)
	}
}

// TestClientsRacingForTheLastPlace lets five clients, as different processes are, add an agent each to a machine with
// one free place, several times over.
func TestClientsRacingForTheLastPlace(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	for n := range manifest.MaxAgents - 1 {
		if _, err := client.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: fmt.Sprintf("z-%d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	var racing sync.WaitGroup
	for n := range 5 {
		racer := cloud.client(t)
		racing.Go(func() {
			_, err := racer.Agents.Put(t.Context(), instance.ID, tropic.AgentSpec{Slug: fmt.Sprintf("a-%d", n)})
			if err != nil && !errors.Is(err, tropic.ErrConflict) {
				t.Errorf("racer %d: %v", n, err)
			}
		})
	}
	racing.Wait()
	agents, err := client.Agents.List(t.Context(), instance.ID)
	if err != nil || len(agents) > manifest.MaxAgents || len(agents) < manifest.MaxAgents-1 {
		t.Errorf("%d agents, %v", len(agents), err)
	}
}

func TestBadAgentsAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	before := len(cloud.parameters(t))
	for name, test := range map[string]struct {
		spec  tropic.AgentSpec
		field string
	}{
		"climbing slug":    {tropic.AgentSpec{Slug: "../../etc"}, "slug"},
		"climbing file":    {tropic.AgentSpec{Slug: "a", Files: map[string]string{"../x": "y"}}, `files["../x"]`},
		"unknown template": {tropic.AgentSpec{Slug: "a", Template: "reseacher"}, "template"},
		"unknown policy":   {tropic.AgentSpec{Slug: "a", PolicyID: "nobody"}, "policy_id"},
		"bad model":        {tropic.AgentSpec{Slug: "a", Model: "opus"}, "model"},
		"huge file":        {tropic.AgentSpec{Slug: "a", Files: map[string]string{"x": strings.Repeat("x", manifest.MaxFileSize+1)}}, `files["x"]`},
	} {
		_, err := client.Agents.Put(t.Context(), instance.ID, test.spec)
		var typed *tropic.Error
		if !errors.Is(err, tropic.ErrValidation) || !errors.As(err, &typed) || typed.Field != test.field {
			t.Errorf("%s: %v (field %v), want field %s", name, err, typed, test.field)
		}
	}
	if after := len(cloud.parameters(t)); after != before {
		t.Errorf("%d parameters were written", after-before)
	}
}

func TestAPolicyInUseStays(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := stopped(t, cloud)
	ctx := t.Context()
	if _, err := client.Policies.Put(ctx, manifest.Policy{ID: "careful", Rules: "DENY: run sudo"}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Agents.Put(ctx, instance.ID, tropic.AgentSpec{Slug: "poet", PolicyID: "careful"}); err != nil {
		t.Fatal(err)
	}
	err := client.Policies.Delete(ctx, "careful")
	if !errors.Is(err, tropic.ErrConflict) || !strings.Contains(err.Error(), "agent poet on "+instance.ID) {
		t.Errorf("deleting a policy in use: %v", err)
	}
	if _, err := client.Agents.Put(ctx, instance.ID, tropic.AgentSpec{Slug: "poet"}); err != nil {
		t.Fatal(err)
	}
	if err := client.Policies.Delete(ctx, "careful"); err != nil {
		t.Errorf("deleting a policy nobody uses: %v", err)
	}
	if _, err := client.Policies.Get(ctx, "careful"); !errors.Is(err, tropic.ErrNotFound) {
		t.Errorf("reading it afterwards: %v", err)
	}
	_, err = client.Policies.Put(ctx, manifest.Policy{ID: "bad", Rules: "DENNY: x"})
	if !errors.Is(err, tropic.ErrValidation) || !strings.Contains(err.Error(), "line 1, column 1") {
		t.Errorf("a rule that is not understood: %v", err)
	}
}

func TestADocumentNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := tropic.AgentSpec{Slug: "../../etc", Template: "reseacher"}.Document()
	for _, want := range []string{`"../../etc"`, `did you mean "researcher"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}
