package localcloud

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ec2api"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/iamapi"
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
			m.agents.stopped(id)
			exited(err)
		},
	})
	if err != nil || !m.cfg.Driver.Capabilities().Exec {
		return err
	}
	m.agents.started(id, m.cfg.Clock.Now().Add(m.cfg.Timing.Registration))
	return nil
}

func (m *machines) Stop(ctx context.Context, id string) error {
	m.agents.stopped(id)
	if err := m.cfg.Driver.Stop(ctx, id, stopGrace); err != nil && !errors.Is(err, driver.ErrNotRunning) && !errors.Is(err, driver.ErrUnknownMachine) {
		return err
	}
	return nil
}

func (m *machines) Destroy(ctx context.Context, id string) error {
	m.agents.forget(id)
	return m.cfg.Driver.Destroy(ctx, id)
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
		allowed := m.iam.InstanceMay(i.ProfileName, iamapi.InstanceCall{
			Action: reportAction, Service: "ssm", Region: region, InstanceID: i.ID, Tags: i.Tags,
		})
		online, since, known := m.agents.hear(i.ID, now, allowed)
		out = append(out, ssmapi.Node{
			ID: i.ID, Hostname: hostname(i.PrivateIP), IP: i.PrivateIP, Tags: i.Tags,
			Online: online, Since: since, Registered: known, LastPing: now,
		})
	}
	return out
}

// hostname is the private DNS host name EC2 gives by address.
func hostname(ip string) string { return "ip-" + strings.ReplaceAll(ip, ".", "-") }
