package tropic

import (
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// InstanceService makes, reads, drives and ends machines.
type InstanceService struct {
	c *Client

	mu      sync.Mutex
	claimed map[string]bool // ids that Launch of this client handed out, see claim
}

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
	ID, ARN       string
	Name, Account string
	Type, ImageID string
	State         string // one of the State… constants
	StateReason   string // why EC2 last changed the state, for people; often empty
	// TransitionReason is EC2's StateTransitionReason, such as "User initiated (2026-11-25 14:00:00 GMT)". It is empty for a
	// machine that runs, and for one that shut itself down.
	TransitionReason string
	StateChangedAt   time.Time // the instant in TransitionReason, in whole seconds; zero when it has none
	Hold             string    // why the meter keeps it stopped: a Hold… constant, or empty
	Resume           bool      // a change of type that has not finished stops it, see TagResume
	Lease            time.Time // until when it may run; zero when it has no lease, or one that cannot be read
	DailyCreditCap   string    // text of the tag, decimal credits; empty is none
	MaxSession       string    // text of the tag, a Go duration; empty is none
	Model            string
	APIKey           manifest.APIKeyMode
	SSHKey           string // name of the SSH key, or empty
	InstanceProfile  string // name, not ARN

	AvailabilityZone, SubnetID, SecurityGroupID string
	PublicIP, PrivateIP                         string            // PublicIP is empty while stopped, and changes on start
	LaunchTime                                  time.Time         // of the last start
	ProvisionedAt                               time.Time         // zero while the first create has not finished
	Tags                                        map[string]string // the user's own, without tropic: and aws:

	managed     bool
	clientToken string
	volumes     []string
	tropicTags  map[string]string
}

// alive reports whether the machine exists or will exist: terminated ones stay visible for about an hour.
func (i *Instance) alive() bool {
	return i.State != StateTerminated && i.State != StateShuttingDown
}

func (c *Client) instanceFromEC2(i ec2types.Instance, account string) *Instance {
	out := &Instance{
		ID: aws.ToString(i.InstanceId), Type: string(i.InstanceType), ImageID: aws.ToString(i.ImageId),
		SubnetID: aws.ToString(i.SubnetId), PublicIP: aws.ToString(i.PublicIpAddress), PrivateIP: aws.ToString(i.PrivateIpAddress),
		LaunchTime: aws.ToTime(i.LaunchTime).UTC(), clientToken: aws.ToString(i.ClientToken),
		TransitionReason: aws.ToString(i.StateTransitionReason), StateChangedAt: stateChangedAt(aws.ToString(i.StateTransitionReason)),
		Tags: make(map[string]string), tropicTags: make(map[string]string),
	}
	out.ARN = c.instanceARN(account, out.ID)
	if i.State != nil {
		out.State = string(i.State.Name)
	}
	if i.StateReason != nil {
		out.StateReason = aws.ToString(i.StateReason.Message)
	}
	if i.Placement != nil {
		out.AvailabilityZone = aws.ToString(i.Placement.AvailabilityZone)
	}
	if i.IamInstanceProfile != nil {
		out.InstanceProfile = path.Base(aws.ToString(i.IamInstanceProfile.Arn))
	}
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil && m.Ebs.VolumeId != nil {
			out.volumes = append(out.volumes, *m.Ebs.VolumeId)
		}
	}
	for _, t := range i.Tags {
		out.takeTag(aws.ToString(t.Key), aws.ToString(t.Value))
	}
	out.SecurityGroupID = ownGroup(i.SecurityGroups, out.Account, out.Name)
	return out
}

func (i *Instance) takeTag(key, value string) {
	switch {
	case strings.HasPrefix(key, TagPrefix):
		i.tropicTags[key] = value
	case !strings.HasPrefix(key, "aws:"):
		i.Tags[key] = value
		return
	}
	switch key {
	case TagManaged:
		i.managed = value == tagTrue
	case TagName:
		i.Name = value
	case TagAccount:
		i.Account = value
	case TagModel:
		i.Model = value
	case TagAPIKey:
		i.APIKey = manifest.APIKeyMode(value)
	case TagSSHKey:
		i.SSHKey = value
	case TagHold:
		i.Hold = value
	case TagLease:
		i.Lease, _ = time.Parse(time.RFC3339, value)
	case TagDailyCreditCap:
		i.DailyCreditCap = value
	case TagMaxSession:
		i.MaxSession = value
	case TagResume:
		i.Resume = value == tagTrue
	case TagProvisioned:
		i.ProvisionedAt, _ = time.Parse(time.RFC3339, value) // a broken value reads as unfinished
	}
}

// ownGroup picks the group that Launch made; somebody may have attached others by hand.
func ownGroup(groups []ec2types.GroupIdentifier, account, name string) string {
	for _, g := range groups {
		if aws.ToString(g.GroupName) == groupName(account, name) {
			return aws.ToString(g.GroupId)
		}
	}
	if len(groups) > 0 {
		return aws.ToString(groups[0].GroupId)
	}
	return ""
}

// BilledModel is the model that the machine is charged for: none while it uses the user's own API key.
func (i *Instance) BilledModel() string {
	if i.APIKey == manifest.APIKeyOwn {
		return ""
	}
	return i.Model
}

// clone keeps callers from changing what the snapshot shares.
func (i *Instance) clone() *Instance {
	out := *i
	out.Tags = maps.Clone(i.Tags)
	out.tropicTags = maps.Clone(i.tropicTags)
	out.volumes = slices.Clone(i.volumes)
	return &out
}

// claim marks a machine as handed out by Launch. It keeps two resources of one configuration that bear the same name
// from both adopting one machine. It is given back when Provision fails, so that a later try can adopt.
func (s *InstanceService) claim(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.claimed[id] {
		return false
	}
	if s.claimed == nil {
		s.claimed = make(map[string]bool)
	}
	s.claimed[id] = true
	return true
}

func (s *InstanceService) unclaim(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claimed, id)
}
