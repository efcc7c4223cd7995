package ec2api

import (
	"time"
)

// Instance states, with EC2's codes.
const (
	statePending      = "pending"
	stateRunning      = "running"
	stateShuttingDown = "shutting-down"
	stateTerminated   = "terminated"
	stateStopping     = "stopping"
	stateStopped      = "stopped"
)

var stateCodes = map[string]int{
	statePending: 0, stateRunning: 16, stateShuttingDown: 32, stateTerminated: 48, stateStopping: 64, stateStopped: 80,
}

// Codes of a state reason ("StateReason", EC2 API Reference).
const (
	byUser   = "Client.UserInitiatedShutdown"     // by a call
	byItself = "Client.InstanceInitiatedShutdown" // from its own operating system
)

// tombstone is how long a terminated instance is still described.
const tombstone = time.Hour

// Instance is one instance as it is journalled.
type Instance struct {
	ID             string            `json:"id"`
	Region         string            `json:"region"`
	Reservation    string            `json:"reservation"`
	ImageID        string            `json:"image_id"`
	Type           string            `json:"type"`
	State          string            `json:"state"`
	KeyName        string            `json:"key_name,omitempty"`
	SubnetID       string            `json:"subnet_id"`
	Zone           string            `json:"zone"`
	PrivateIP      string            `json:"private_ip"`
	PublicIP       string            `json:"public_ip,omitempty"`
	Groups         []string          `json:"groups"`
	ProfileName    string            `json:"profile,omitempty"`
	ClientToken    string            `json:"client_token,omitempty"`
	RequestDigest  string            `json:"request_digest,omitempty"` // of the launch, to tell a token's reuse
	Launched       time.Time         `json:"launched"`
	Ended          time.Time         `json:"ended,omitzero"`
	Reason         string            `json:"reason,omitempty"` // state transition reason
	ReasonCode     string            `json:"reason_code,omitempty"`
	OnShutdown     string            `json:"on_shutdown"` // stop or terminate
	HTTPTokens     string            `json:"http_tokens"`
	HopLimit       int               `json:"hop_limit"`
	MetadataTags   string            `json:"metadata_tags"`
	UserData       []byte            `json:"user_data,omitempty"`
	Volume         Volume            `json:"volume"`
	Tags           map[string]string `json:"tags"`
	TransitionTurn int               `json:"turn"` // grows with each transition, so that a stale one ends itself
}

// Volume is an instance's root volume.
type Volume struct {
	ID        string            `json:"id"`
	Size      int               `json:"size"` // GiB
	Type      string            `json:"type"`
	Encrypted bool              `json:"encrypted"`
	Tags      map[string]string `json:"tags"`
}

// Live reports whether the instance exists for more than the record.
func (i *Instance) Live() bool { return i.State != stateTerminated && i.State != stateShuttingDown }

func (i *Instance) attribute(name string) ([]string, bool) {
	switch name {
	case "instance-id":
		return []string{i.ID}, true
	case "instance-state-name":
		return []string{i.State}, true
	case "client-token":
		return []string{i.ClientToken}, true
	case "instance-type":
		return []string{i.Type}, true
	case "key-name":
		return []string{i.KeyName}, true
	case "image-id":
		return []string{i.ImageID}, true
	case "subnet-id":
		return []string{i.SubnetID}, true
	case "instance.group-id", "network-interface.group-id":
		return i.Groups, true
	case "private-ip-address":
		return []string{i.PrivateIP}, true
	case "ip-address":
		return []string{i.PublicIP}, true
	}
	return tagAttribute(name, i.Tags)
}

func (s *Service) saveInstance(i *Instance) error {
	return s.Journal.Put(kindInstance, i.ID, i)
}
