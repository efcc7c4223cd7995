package ec2api

import (
	"slices"
	"strings"
	"time"
)

type tagXML struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

type groupRefXML struct {
	ID   string `xml:"groupId"`
	Name string `xml:"groupName"`
}

type stateXML struct {
	Code int    `xml:"code"`
	Name string `xml:"name"`
}

type reasonXML struct {
	Code    string `xml:"code"`
	Message string `xml:"message"`
}

type profileXML struct {
	ARN string `xml:"arn"`
	ID  string `xml:"id"`
}

type metadataXML struct {
	State    string `xml:"state"`
	Tokens   string `xml:"httpTokens"`
	HopLimit int    `xml:"httpPutResponseHopLimit"`
	Endpoint string `xml:"httpEndpoint"`
	Tags     string `xml:"instanceMetadataTags"`
}

type deviceXML struct {
	Name string `xml:"deviceName"`
	EBS  struct {
		VolumeID string `xml:"volumeId"`
		Status   string `xml:"status"`
		Delete   bool   `xml:"deleteOnTermination"`
	} `xml:"ebs"`
}

type instanceXML struct {
	ID           string        `xml:"instanceId"`
	ImageID      string        `xml:"imageId"`
	State        stateXML      `xml:"instanceState"`
	PrivateDNS   string        `xml:"privateDnsName"`
	Reason       string        `xml:"reason"`
	KeyName      string        `xml:"keyName,omitempty"`
	Type         string        `xml:"instanceType"`
	LaunchTime   string        `xml:"launchTime"`
	Zone         string        `xml:"placement>availabilityZone"`
	SubnetID     string        `xml:"subnetId"`
	VPCID        string        `xml:"vpcId"`
	PrivateIP    string        `xml:"privateIpAddress"`
	PublicIP     string        `xml:"ipAddress,omitempty"`
	Groups       []groupRefXML `xml:"groupSet>item"`
	StateReason  *reasonXML    `xml:"stateReason,omitempty"`
	Architecture string        `xml:"architecture"`
	RootType     string        `xml:"rootDeviceType"`
	RootName     string        `xml:"rootDeviceName"`
	Devices      []deviceXML   `xml:"blockDeviceMapping>item"`
	ClientToken  string        `xml:"clientToken"`
	Tags         []tagXML      `xml:"tagSet>item"`
	Profile      *profileXML   `xml:"iamInstanceProfile,omitempty"`
	Metadata     metadataXML   `xml:"metadataOptions"`
}

type reservationXML struct {
	ID        string        `xml:"reservationId"`
	Owner     string        `xml:"ownerId"`
	Instances []instanceXML `xml:"instancesSet>item"`
}

// rootDevice is the root device name of Ubuntu images.
const rootDevice = "/dev/sda1"

func (s *Service) render(i *Instance) instanceXML {
	out := instanceXML{
		ID: i.ID, ImageID: i.ImageID, State: stateXML{stateCodes[i.State], i.State}, Type: i.Type, KeyName: i.KeyName,
		PrivateDNS: hostname(i.PrivateIP) + ".ec2.internal", Reason: i.Reason, LaunchTime: stamp(i.Launched),
		Zone: i.Zone, SubnetID: i.SubnetID, VPCID: vpcID(i.Region), PrivateIP: i.PrivateIP, PublicIP: i.PublicIP,
		Architecture: "x86_64", RootType: "ebs", RootName: rootDevice, ClientToken: i.ClientToken, Tags: renderTags(i.Tags),
		Metadata: metadataXML{"applied", i.HTTPTokens, i.HopLimit, "enabled", i.MetadataTags},
	}
	for _, id := range i.Groups {
		if g := s.groups[id]; g != nil {
			out.Groups = append(out.Groups, groupRefXML{g.ID, g.Name})
		}
	}
	if i.ReasonCode != "" {
		out.StateReason = &reasonXML{i.ReasonCode, i.ReasonCode + ": " + i.stateMessage()}
	}
	if i.Live() {
		device := deviceXML{Name: rootDevice}
		device.EBS.VolumeID, device.EBS.Status, device.EBS.Delete = i.Volume.ID, "attached", true
		out.Devices = []deviceXML{device}
	}
	if arn, id, _, ok := s.Profiles.InstanceProfile(i.ProfileName); ok {
		out.Profile = &profileXML{arn, id}
	}
	return out
}

// stateMessage is what EC2 says to a reason code; unlike the transition reason it has no instant.
func (i *Instance) stateMessage() string {
	switch i.ReasonCode {
	case byUser:
		return "User initiated shutdown"
	case byItself:
		return "Instance initiated shutdown"
	}
	return i.Reason
}

func renderTags(tags map[string]string) []tagXML {
	out := make([]tagXML, 0, len(tags))
	for key, value := range tags {
		out = append(out, tagXML{key, value})
	}
	slices.SortFunc(out, func(a, b tagXML) int { return strings.Compare(a.Key, b.Key) })
	return out
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func hostname(ip string) string { return "ip-" + strings.ReplaceAll(ip, ".", "-") }
