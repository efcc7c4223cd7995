package tropic

import (
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// InstanceService makes, reads, drives and ends machines.
type InstanceService struct{ c *Client }

// States of a machine, as EC2 names them.
const (
	StatePending      = "pending"
	StateRunning      = "running"
	StateStopping     = "stopping"
	StateStopped      = "stopped"
	StateShuttingDown = "shutting-down"
	StateTerminated   = "terminated"
)

// Instance is a machine as EC2 describes it.
type Instance struct {
	ID, ARN         string
	Name, Account   string
	Type, ImageID   string
	State           string // one of the State… constants
	StateReason     string // why EC2 changed the state by itself, for people; empty otherwise
	Hold            string // why the meter keeps it stopped: a Hold… constant, or empty
	Model           string
	APIKey          manifest.APIKeyMode
	SSHKey          string // name of the SSH key, or empty
	InstanceProfile string // name, not ARN

	AvailabilityZone, SubnetID, SecurityGroupID string
	PublicIP, PrivateIP                         string // PublicIP is empty while stopped, and changes on start
	LaunchTime                                  time.Time
	ProvisionedAt                               time.Time         // zero while the first create has not finished
	Tags                                        map[string]string // the user's own, without tropic: and aws:
}
