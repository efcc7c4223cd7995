package ec2api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// instanceTypes are the ones Tropic's price book has, and their neighbours a user may try.
var instanceTypes = []string{"t3.nano", "t3.micro", "t3.small", "t3.medium", "t3.large"}

const (
	// maxUserData is EC2's limit, in bytes before base64.
	maxUserData = 16 << 10
	// maxClientToken is EC2's limit, in characters (EC2 API Reference, Ensuring idempotency).
	maxClientToken = 64
)

// runInstances launches exactly one instance; Tropic never asks for more.
func (s *Service) runInstances(req wire.Request, q wire.Query) (any, error) {
	token, digest := q.String("ClientToken"), requestDigest(req)
	if len(token) > maxClientToken {
		return nil, invalidValue("ClientToken", token, "It has at most 64 characters.")
	}
	if earlier, err := s.launched(req.Region, token, digest); earlier != nil || err != nil {
		return earlier, err
	}
	i, err := s.newInstance(req, q)
	if err != nil {
		return nil, err
	}
	i.ClientToken, i.RequestDigest = token, digest
	if err := s.saveInstance(i); err != nil {
		return nil, err
	}
	s.instances[i.ID] = i
	s.visible.instances.Changed(i.ID, nil)
	s.begin(i, s.boot)
	return s.reservation(i), nil
}

// launched answers the repetition of a launch, and is nil for a token that is new.
func (s *Service) launched(region, token, digest string) (any, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // there is nothing to repeat
	}
	for _, i := range s.instances {
		switch {
		case i.ClientToken != token || i.Region != region:
		case i.RequestDigest != digest:
			return nil, &wire.Error{
				Code:    "IdempotentParameterMismatch",
				Message: "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
			}
		default:
			return s.reservation(i), nil
		}
	}
	return nil, nil //nolint:nilnil // there is nothing to repeat
}

// requestDigest covers everything but the token and the signature's own parameters.
func requestDigest(req wire.Request) string {
	h := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(req.Params)) {
		if key != "ClientToken" {
			fmt.Fprintf(h, "%q=%q\n", key, req.Params.Get(key))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Service) newInstance(req wire.Request, q wire.Query) (*Instance, error) {
	if q.String("MinCount") != "1" || q.String("MaxCount") != "1" {
		return nil, invalidValue("MaxCount", q.String("MaxCount"), "The embedded cloud launches one instance a call.")
	}
	image, err := s.image(q.String("ImageId"))
	if err != nil {
		return nil, err
	}
	kind := q.String("InstanceType")
	if !slices.Contains(instanceTypes, kind) {
		return nil, invalidValue("InstanceType", kind, "It is not an instance type of this cloud.")
	}
	if err := s.launchKey(req.Region, q.String("KeyName")); err != nil {
		return nil, err
	}
	zone, err := zoneOf(req.Region, q.String("SubnetId"))
	if err != nil {
		return nil, err
	}
	groups, err := s.launchGroups(req.Region, q.Strings("SecurityGroupId"))
	if err != nil {
		return nil, err
	}
	ip, err := s.privateIP(req.Region, zone)
	if err != nil {
		return nil, err
	}
	i := &Instance{
		ID: newID("i"), Region: req.Region, Reservation: newID("r"), ImageID: image.ID, Type: kind, State: statePending,
		KeyName: q.String("KeyName"), SubnetID: subnetID(req.Region, zone), Zone: req.Region + zoneLetters[zone],
		PrivateIP: ip, Groups: groups, Launched: s.Now().UTC(), Tags: map[string]string{},
	}
	i.PublicIP = s.publicIP()
	for _, set := range []func(*Instance, wire.Query) error{
		s.setProfile, setMetadata, setUserData, setVolume, setShutdown, setTags,
	} {
		if err := set(i, q); err != nil {
			return nil, err
		}
	}
	return i, nil
}

func (s *Service) launchKey(region, name string) error {
	key := keyID(region, name)
	if k := s.keys[key]; name != "" && (k == nil || s.visible.keys.See(key, k) == nil) {
		return noKeyPair(name)
	}
	return nil
}

func (s *Service) launchGroups(region string, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return []string{stableID("sg", region, "default")}, nil
	}
	for _, id := range ids {
		if _, err := s.group(region, id); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (s *Service) setProfile(i *Instance, q wire.Query) error {
	name := q.String("IamInstanceProfile.Name")
	if name == "" {
		return nil
	}
	if _, _, _, ok := s.Profiles.InstanceProfile(name); !ok {
		return invalidValue("iamInstanceProfile.name", name, "Invalid IAM Instance Profile name")
	}
	i.ProfileName = name
	return nil
}

func setMetadata(i *Instance, q wire.Query) error {
	m := q.Member("MetadataOptions")
	i.HTTPTokens, i.MetadataTags = "optional", "disabled"
	endpoint := "enabled"
	for _, option := range []struct {
		name    string
		field   *string
		allowed []string
	}{
		{"HttpEndpoint", &endpoint, []string{"enabled"}}, // the one endpoint serves every instance
		{"HttpTokens", &i.HTTPTokens, []string{"optional", "required"}},
		{"InstanceMetadataTags", &i.MetadataTags, []string{"disabled", "enabled"}},
	} {
		value := m.String(option.name)
		switch {
		case value == "":
		case !slices.Contains(option.allowed, value):
			return invalidValue(option.name, value, "It must be "+strings.Join(option.allowed, " or ")+".")
		default:
			*option.field = value
		}
	}
	hops, err := m.Int("HttpPutResponseHopLimit", 1)
	if err != nil {
		return err
	}
	if hops < 1 || hops > 64 {
		return invalidValue("HttpPutResponseHopLimit", m.String("HttpPutResponseHopLimit"), "It must be from 1 to 64.")
	}
	i.HopLimit = hops
	return nil
}

func setUserData(i *Instance, q wire.Query) error {
	raw, err := base64.StdEncoding.DecodeString(q.String("UserData"))
	if err != nil {
		return &wire.Error{Code: "InvalidUserData.Malformed", Message: "Invalid BASE64 encoding of user data."}
	}
	if len(raw) > maxUserData {
		return invalidValue("UserData", "…", "User data is limited to 16384 bytes.")
	}
	i.UserData = raw
	return nil
}

// rootVolumeTypes are the general purpose ones, which need no IOPS to be named.
var rootVolumeTypes = []string{"gp2", "gp3"}

func setVolume(i *Instance, q wire.Query) error {
	v := Volume{ID: newID("vol"), Size: 8, Type: "gp2", Tags: map[string]string{}}
	for _, device := range q.List("BlockDeviceMapping") {
		if device.String("DeviceName") != rootDevice {
			return invalidValue("BlockDeviceMapping.DeviceName", device.String("DeviceName"), "The image has one device, "+rootDevice+".")
		}
		size, err := device.Int("Ebs.VolumeSize", v.Size)
		if err != nil {
			return err
		}
		if size < 8 || size > 16384 {
			return invalidValue("Ebs.VolumeSize", device.String("Ebs.VolumeSize"), "The image needs 8 GiB, and a volume has at most 16384.")
		}
		v.Size, v.Encrypted = size, device.Bool("Ebs.Encrypted")
		if kind := device.String("Ebs.VolumeType"); kind != "" {
			v.Type = kind
		}
		if !slices.Contains(rootVolumeTypes, v.Type) {
			return invalidValue("Ebs.VolumeType", v.Type, "A root volume here is "+strings.Join(rootVolumeTypes, " or ")+".")
		}
		if device.Has("Ebs.DeleteOnTermination") && !device.Bool("Ebs.DeleteOnTermination") {
			return &wire.Error{Code: "UnsupportedOperation", Message: "In the embedded cloud a volume ends with its instance."}
		}
	}
	i.Volume = v
	return nil
}

func setShutdown(i *Instance, q wire.Query) error {
	i.OnShutdown = "stop"
	if b := q.String("InstanceInitiatedShutdownBehavior"); b != "" {
		return i.setShutdownBehavior(b)
	}
	return nil
}

func setTags(i *Instance, q wire.Query) error {
	tags, err := tagSpecifications(q, "instance", "volume")
	if err != nil {
		return err
	}
	i.Tags, i.Volume.Tags = tags["instance"], tags["volume"]
	if i.MetadataTags == "enabled" {
		return metadataTagKeys(i.Tags)
	}
	return nil
}

var metadataTagKey = regexp.MustCompile(`^[A-Za-z0-9+\-=._:@]{1,}$`)

// metadataTagKeys refuses keys that instance metadata cannot have in a path (EC2 User Guide, tags in instance metadata).
func metadataTagKeys(tags map[string]string) error {
	for key := range tags {
		if !metadataTagKey.MatchString(key) || key == "." || key == ".." || key == "_index" {
			return invalidValue("Tag.Key", key, "A tag key that is allowed in instance metadata has only letters, digits and + - = . , _ : @.")
		}
	}
	return nil
}

type runOutput struct {
	ID        string        `xml:"reservationId"`
	Owner     string        `xml:"ownerId"`
	Instances []instanceXML `xml:"instancesSet>item"`
}

func (s *Service) reservation(i *Instance) runOutput {
	return runOutput{i.Reservation, s.AccountID, []instanceXML{s.render(i)}}
}
