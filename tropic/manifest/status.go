package manifest

import "time"

// AgentState is where an agent stands (product documentation, Agent lifecycle).
type AgentState string

// Agent states. A machine reports ready or failed; provisioning and stopped are what the control plane concludes when
// the machine has not reported on the wanted document, or does not run.
const (
	AgentProvisioning AgentState = "provisioning"
	AgentReady        AgentState = "ready"
	AgentStopped      AgentState = "stopped"
	AgentFailed       AgentState = "failed"
)

// ServiceState is what a machine says of one of its services.
type ServiceState string

// Service states. NotInstalled is a fact, not a failure: some machines (the embedded cloud's lite driver) have no
// systemd, or no such unit.
const (
	ServiceActive       ServiceState = "active"
	ServiceFailed       ServiceState = "failed"
	ServiceStarting     ServiceState = "starting"
	ServiceNotInstalled ServiceState = "not-installed"
)

// Status is /tropic/instances/<id>/status: what the machine made of its desired state. It fits in one parameter.
type Status struct {
	InstanceID   string    `json:"instance_id"`
	BootID       string    `json:"boot_id"` // changes at every boot
	GuestVersion string    `json:"guest_version"`
	ReportedAt   time.Time `json:"reported_at"` // UTC
	// Settings and AuthorizedKeys are the digests of the documents that were applied; empty when there was none.
	Settings       string                   `json:"settings,omitempty"`
	AuthorizedKeys string                   `json:"authorized_keys,omitempty"`
	Agents         map[string]AgentStatus   `json:"agents,omitempty"`   // by slug
	Services       map[string]ServiceStatus `json:"services,omitempty"` // by unit, such as openclaw-gateway
	// Problems are sentences for people, at most 8, each at most 200 bytes; empty when all went well.
	Problems []string `json:"problems,omitempty"`
}

// AgentStatus is what the machine made of one agent.
type AgentStatus struct {
	State   AgentState `json:"state"`
	Message string     `json:"message,omitempty"` // why it failed, at most 200 bytes
	Digest  string     `json:"digest"`            // of the Agent document applied
	Policy  string     `json:"policy,omitempty"`  // digest of the Policy document applied
}

// ServiceStatus is what the machine says of one service.
type ServiceStatus struct {
	State   ServiceState `json:"state"`
	Message string       `json:"message,omitempty"`
}

// Report is what `tropic-guest reconcile` prints: the Status it wrote and what it did to get there.
type Report struct {
	Status Status `json:"status"`
	// Changed, Removed and Kept list absolute paths, each at most 200 entries; Kept are files of removed agents that
	// Tropic did not write and so left alone.
	Changed   []string `json:"changed"`
	Removed   []string `json:"removed"`
	Kept      []string `json:"kept,omitempty"`
	Restarted []string `json:"restarted"`
	// Duration is wall time of the reconcile in milliseconds.
	Duration int64 `json:"duration_ms"`
}

// OK reports whether nothing went wrong.
func (r Report) OK() bool { return len(r.Status.Problems) == 0 }
