package tropic

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// DefaultInstanceType is the machine size used when nothing else is said.
const DefaultInstanceType = "t3.micro"

// DefaultAccount is the billing account used when nothing else is said.
const DefaultAccount = "default"

// InstanceTypes are the machine sizes on offer, as priced.
var InstanceTypes = pricebook.Published().InstanceTypes()

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
func (s InstanceSpec) WithDefaults() InstanceSpec {
	for _, field := range []struct {
		value *string
		or    string
	}{
		{&s.Type, DefaultInstanceType},
		{&s.Account, DefaultAccount},
		{&s.Model, manifest.DefaultModel},
		{&s.InstanceProfile, DefaultInstanceProfile},
		{(*string)(&s.APIKey), string(manifest.APIKeyTropic)},
	} {
		if *field.value == "" {
			*field.value = field.or
		}
	}
	return s
}

var (
	imagePattern   = regexp.MustCompile(`^ami-[0-9a-f]{8,17}$`)
	subnetPattern  = regexp.MustCompile(`^subnet-[0-9a-f]{8,17}$`)
	idPattern      = regexp.MustCompile(`^i-[0-9a-f]{8,17}$`)
	profilePattern = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`) // a role name, which is the shorter of the two
	// tagPattern is narrower than EC2's own, because instance metadata serves the tags and refuses spaces and slashes in
	// keys (EC2 user guide, "Work with instance tags in instance metadata").
	tagPattern = regexp.MustCompile(`^[A-Za-z0-9+=.,_:@-]{1,128}$`)
)

// maxUserTags leaves room for Tropic's own below EC2's 50.
const maxUserTags = 30

// Validate is ValidateAt now, by the system's clock.
func (s InstanceSpec) Validate() error { return s.ValidateAt(systemClock{}.Now()) }

// ValidateAt reports every fault, joined; each is an *Error of kind ErrValidation with Field set. Models are those that
// have a price at that time. It makes no call.
func (s InstanceSpec) ValidateAt(at time.Time) error {
	var faults faultList
	faults.add(validation("instance", s.settings().Validate()))
	faults.add(ValidateInstanceType(s.Type))
	if s.ImageID != "" && !imagePattern.MatchString(s.ImageID) {
		faults.add(invalid("instance", "image_id", s.ImageID, "is not an image id", `"ami-" and hexadecimal digits`))
	}
	if s.SubnetID != "" && !subnetPattern.MatchString(s.SubnetID) {
		faults.add(invalid("instance", "subnet_id", s.SubnetID, "is not a subnet id", `"subnet-" and hexadecimal digits`))
	}
	if s.SSHKey != "" {
		faults.add(validation("instance", manifest.ValidateName("ssh_key", s.SSHKey)))
	}
	if !profilePattern.MatchString(s.InstanceProfile) {
		faults.add(invalid("instance", "instance_profile", s.InstanceProfile, "is not the name of an instance profile",
			"at most 64 letters, digits and +=,.@_- (the name, not the ARN)"))
	}
	faults.add(validateBilling(s.Model, s.APIKey, at))
	faults.add(s.Ingress.Validate())
	faults.add(validateCredentials(s.Credentials))
	faults.add(ValidateTags(s.Tags))
	return faults.err()
}

// ValidateInstanceType reports a machine size that is not on offer, as an *Error for field type.
func ValidateInstanceType(instanceType string) error {
	if slices.Contains(InstanceTypes, instanceType) {
		return nil
	}
	want := "one of " + strings.Join(InstanceTypes, ", ")
	if near, found := nearest.Word(instanceType, InstanceTypes); found {
		want = fmt.Sprintf("%q", near)
	}
	return invalid("instance", "type", instanceType, "is not an instance type on offer", want)
}

// ValidateTags reports tags that cannot be set on a machine, joined; each is an *Error for field tags["key"].
func ValidateTags(tags map[string]string) error {
	var faults faultList
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		field := fmt.Sprintf("tags[%q]", key)
		switch {
		case strings.HasPrefix(strings.ToLower(key), TagPrefix), strings.HasPrefix(strings.ToLower(key), "aws:"):
			faults.add(invalid("instance", field, "", "is reserved", `a key that begins with neither "tropic:" nor "aws:"`))
		case !tagPattern.MatchString(key), key == ".", key == "..", key == "_index":
			faults.add(invalid("instance", field, "", "is not a key that instance metadata can serve",
				"at most 128 letters, digits and +-=.,_:@"))
		case len(tags[key]) > 256:
			faults.add(invalid("instance", field, "", fmt.Sprintf("has a value of %d bytes", len(tags[key])), "at most 256"))
		}
	}
	if len(tags) > maxUserTags {
		faults.add(invalid("instance", "tags", "", fmt.Sprintf("has %d entries", len(tags)),
			fmt.Sprintf("at most %d; EC2 allows 50 and Tropic needs the rest", maxUserTags)))
	}
	return faults.err()
}

// validateBilling refuses a model that Tropic has no price for at that time, unless the user pays its provider.
func validateBilling(model string, mode manifest.APIKeyMode, at time.Time) error {
	if mode != manifest.APIKeyTropic || manifest.ValidateModel(model) != nil {
		return nil //nolint:nilerr // a bad reference is reported with the settings
	}
	book := pricebook.Published()
	if _, priced := book.Model(model, at); priced {
		return nil
	}
	want := fmt.Sprintf("one of %s, or api_key = %q with a key of your own", strings.Join(book.Models(), ", "), manifest.APIKeyOwn)
	if near, found := nearest.Word(model, book.Models()); found {
		want = fmt.Sprintf("%q, or api_key = %q with a key of your own", near, manifest.APIKeyOwn)
	}
	return invalid("instance", "model", model, "is not offered with Tropic's API key", want)
}

func validateCredentials(credentials map[string]string) error {
	var faults faultList
	for _, provider := range slices.Sorted(maps.Keys(credentials)) {
		faults.add(validation("instance", manifest.ValidateProvider(provider)))
		if strings.TrimSpace(credentials[provider]) == "" {
			faults.add(invalid("instance", fmt.Sprintf("credentials[%q]", provider), "", "is empty", "the provider's API key"))
		}
	}
	return faults.err()
}

// settings is the document the machine is given.
func (s InstanceSpec) settings() manifest.Settings {
	return manifest.Settings{
		Name: s.Name, Account: s.Account, Model: s.Model, APIKey: s.APIKey, AllowedOrigins: s.AllowedOrigins,
	}
}

// tags are what everything made for the machine carries.
func (s InstanceSpec) tags() map[string]string {
	tags := maps.Clone(s.Tags)
	if tags == nil {
		tags = make(map[string]string)
	}
	tags[TagManaged] = tagTrue
	tags[TagName] = s.Name
	tags[TagAccount] = s.Account
	tags[TagModel] = s.Model
	tags[TagAPIKey] = string(s.APIKey)
	if s.SSHKey != "" {
		tags[TagSSHKey] = s.SSHKey
	}
	return tags
}
