package tropic

import "github.com/tropicbot/terraform-provider-tropic/tropic/manifest"

// DefaultInstanceType is the machine size used when nothing else is said.
const DefaultInstanceType = "t3.micro"

// DefaultAccount is the billing account used when nothing else is said.
const DefaultAccount = "default"

// InstanceTypes are the machine sizes on offer, the default first.
var InstanceTypes = []string{DefaultInstanceType, "t3.small"}

// InstanceSpec is what a machine is to be.
type InstanceSpec struct {
	Name    string              // required; unique in its account
	Type    string              // one of InstanceTypes; default DefaultInstanceType
	ImageID string              // AMI; default the newest available tropic-openclaw-* image of the AWS account
	Account string              // billing account; default DefaultAccount
	Model   string              // model reference; default manifest.DefaultModel
	APIKey  manifest.APIKeyMode // default manifest.APIKeyTropic
	SSHKey  string              // name of an SSH key; empty = no SSH login

	InstanceProfile       string // name; default DefaultInstanceProfile
	CreateInstanceProfile bool   // make the profile when it is absent
	SubnetID              string // default: one of the default VPC's
	Ingress               IngressSpec
	AllowedOrigins        []string          // origins that may open the OpenClaw UI
	Credentials           map[string]string // model provider to API key; secret
	Tags                  map[string]string // the user's own, on everything made for the machine
}

// WithDefaults returns the spec with defaults in the empty fields.
func (s InstanceSpec) WithDefaults() InstanceSpec { return s }

// Validate reports every fault, joined; each is an *Error of kind ErrValidation with Field set.
func (s InstanceSpec) Validate() error { return nil }
