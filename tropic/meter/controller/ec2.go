package controller

import (
	"context"
	"log/slog"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
)

// EC2 is the cloud of a client of Tropic.
type EC2 struct {
	*tropic.FleetService

	Logger *slog.Logger
}

// Machines lists managed machines as evidence.
func (e EC2) Machines(ctx context.Context, ids ...string) ([]evidence.Machine, error) {
	instances, err := e.FleetService.Machines(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]evidence.Machine, len(instances))
	for n, i := range instances {
		out[n] = e.machine(ctx, i)
	}
	return out, nil
}

func (e EC2) machine(ctx context.Context, i *tropic.Instance) evidence.Machine {
	m := evidence.Machine{
		ID: i.ID, Account: i.Account, Name: i.Name, InstanceType: i.Type, Model: i.BilledModel(), State: i.State, Reason: i.TransitionReason,
		Launched: instant(i.LaunchTime), Changed: instant(i.StateChangedAt), Hold: i.Hold, Lease: instant(i.Lease),
	}
	var err1, err2 error
	m.DailyCap, err1 = evidence.ParseDailyCap(i.ID, tropic.TagDailyCreditCap, i.DailyCreditCap)
	m.MaxSession, err2 = evidence.ParseMaxSession(i.ID, tropic.TagMaxSession, i.MaxSession)
	for _, err := range []error{err1, err2} {
		if err != nil {
			m.LimitsUnread = true
			e.Logger.ErrorContext(ctx, "a limit cannot be read, the one that is known stays", "error", err)
		}
	}
	return m
}

func instant(t time.Time) meter.Instant {
	if t.IsZero() {
		return 0
	}
	return meter.At(t)
}
