package localcloud

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ec2api"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/imds"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ssmapi"
)

// stopGrace is how long a machine's processes have to end by themselves.
const stopGrace = 2 * time.Second

// machines gives EC2 and SSM the driver's machines.
type machines Server

var (
	_ ec2api.Machines = (*machines)(nil)
	_ ssmapi.Fleet    = (*machines)(nil)
)

func (m *machines) Create(ctx context.Context, machine driver.Machine) error {
	return m.cfg.Driver.Create(ctx, machine)
}

// Start boots the machine with its metadata and the API in reach; its agent registers a while later.
func (m *machines) Start(ctx context.Context, id string, exited func(error)) error {
	s := (*Server)(m)
	err := m.cfg.Driver.Start(ctx, id, driver.Attachments{
		Metadata: imds.NewHandler(&metadata{s, id}, m.cfg.Clock.Now),
		API:      http.Handler(s),
		Exited: func(err error) {
			m.setOffline(id)
			exited(err)
		},
	})
	if err != nil || !m.cfg.Driver.Capabilities().Exec {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.online[id], m.known[id] = m.cfg.Clock.Now().Add(m.cfg.Timing.Registration), true
	return nil
}

func (m *machines) Stop(ctx context.Context, id string) error {
	m.setOffline(id)
	if err := m.cfg.Driver.Stop(ctx, id, stopGrace); err != nil && !errors.Is(err, driver.ErrNotRunning) && !errors.Is(err, driver.ErrUnknownMachine) {
		return err
	}
	return nil
}

func (m *machines) Destroy(ctx context.Context, id string) error {
	m.setOffline(id)
	return m.cfg.Driver.Destroy(ctx, id)
}

func (m *machines) setOffline(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.online, id)
}

func (m *machines) Exec(ctx context.Context, id string, cmd driver.Command) (driver.Result, error) {
	return m.cfg.Driver.Exec(ctx, id, cmd)
}

// Nodes lists the machines of a region with what is known of their agents.
func (m *machines) Nodes(region string) []ssmapi.Node {
	var out []ssmapi.Node
	now := m.cfg.Clock.Now()
	for _, i := range m.ec2.All() {
		if i.Region != region || !i.Live() {
			continue
		}
		m.mu.Lock()
		since, up := m.online[i.ID]
		node := ssmapi.Node{
			ID: i.ID, Hostname: "ip-" + i.PrivateIP, IP: i.PrivateIP, Tags: i.Tags,
			Online: up && !now.Before(since), Since: since, Registered: m.known[i.ID] && !now.Before(since), LastPing: now,
		}
		m.mu.Unlock()
		out = append(out, node)
	}
	return out
}
