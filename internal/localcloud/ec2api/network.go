package ec2api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// The default VPC of an AWS account (VPC User Guide, Default VPCs): 172.31.0.0/16 with a /20 subnet in each zone.
const vpcCIDR = "172.31.0.0/16"

var zoneLetters = []string{"a", "b", "c"}

// stableID derives the id of something every region has from the start, so that it is the same after a restart.
func stableID(prefix, region, what string) string {
	sum := sha256.Sum256([]byte(region + "/" + what))
	return prefix + "-" + hex.EncodeToString(sum[:])[:17]
}

func vpcID(region string) string { return stableID("vpc", region, "default") }

func subnetID(region string, zone int) string {
	return stableID("subnet", region, "default-"+zoneLetters[zone])
}

func subnetPrefix(zone int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 31, byte(zone * 16), 0}), 20) //nolint:gosec // three zones
}

// zoneOf returns the index of the subnet's zone; an empty id is the first one's.
func zoneOf(region, id string) (int, error) {
	for zone := range zoneLetters {
		if id == "" || id == subnetID(region, zone) {
			return zone, nil
		}
	}
	return 0, noSubnet(id)
}

func noSubnet(id string) error {
	return &wire.Error{Code: "InvalidSubnetID.NotFound", Message: fmt.Sprintf("The subnet ID '%s' does not exist", id)}
}

// privateIP returns the first address of the subnet no instance has; EC2 keeps the first four and the last.
func (s *Service) privateIP(region string, zone int) (string, error) {
	taken := map[string]bool{}
	for _, i := range s.instances {
		if i.Region == region && i.State != stateTerminated {
			taken[i.PrivateIP] = true
		}
	}
	prefix := subnetPrefix(zone)
	addr := prefix.Addr()
	for range 4 {
		addr = addr.Next()
	}
	for ; prefix.Contains(addr.Next()); addr = addr.Next() {
		if !taken[addr.String()] {
			return addr.String(), nil
		}
	}
	return "", &wire.Error{Code: "InsufficientFreeAddressesInSubnet", Message: "There are not enough free addresses in the subnet."}
}

// publicIP draws a new address from TEST-NET-3 (RFC 5737), which is never routed; it changes at every start.
func (s *Service) publicIP() string {
	for n := 1; ; n++ {
		ip := fmt.Sprintf("203.0.113.%d", s.nextPublic(n))
		free := true
		for _, i := range s.instances {
			free = free && i.PublicIP != ip
		}
		if free || n > 254 {
			return ip
		}
	}
}

// nextPublic walks the block by how many transitions there were, so that a restarted instance gets another address.
func (s *Service) nextPublic(n int) int {
	turns := 0
	for _, i := range s.instances {
		turns += i.TransitionTurn + 1
	}
	return (turns+n)%254 + 1
}

type vpcXML struct {
	ID        string `xml:"vpcId"`
	State     string `xml:"state"`
	CIDR      string `xml:"cidrBlock"`
	IsDefault bool   `xml:"isDefault"`
}

type vpcsOutput struct {
	VPCs []vpcXML `xml:"vpcSet>item"`
}

func (s *Service) describeVpcs(req wire.Request, q wire.Query) (any, error) {
	vpc := vpcXML{vpcID(req.Region), "available", vpcCIDR, true}
	filters, err := readFilters(q, vpc.attribute)
	if err != nil {
		return nil, err
	}
	for _, id := range q.Strings("VpcId") {
		if id != vpc.ID {
			return nil, noVPC(id)
		}
	}
	if !filters.match(vpc.attribute) {
		return vpcsOutput{}, nil
	}
	return vpcsOutput{[]vpcXML{vpc}}, nil
}

func (v vpcXML) attribute(name string) ([]string, bool) {
	switch name {
	case "vpc-id":
		return []string{v.ID}, true
	case "is-default", "isDefault":
		return []string{"true"}, true
	case "state":
		return []string{v.State}, true
	}
	return tagAttribute(name, nil)
}

func noVPC(id string) error {
	return &wire.Error{Code: "InvalidVpcID.NotFound", Message: fmt.Sprintf("The vpc ID '%s' does not exist", id)}
}

type subnetXML struct {
	ID        string `xml:"subnetId"`
	State     string `xml:"state"`
	VPCID     string `xml:"vpcId"`
	CIDR      string `xml:"cidrBlock"`
	Zone      string `xml:"availabilityZone"`
	IsDefault bool   `xml:"defaultForAz"`
	PublicIPs bool   `xml:"mapPublicIpOnLaunch"`
}

type subnetsOutput struct {
	Subnets []subnetXML `xml:"subnetSet>item"`
}

func (s *Service) describeSubnets(req wire.Request, q wire.Query) (any, error) {
	filters, err := readFilters(q, subnetXML{}.attribute)
	if err != nil {
		return nil, err
	}
	ids := q.Strings("SubnetId")
	for _, id := range ids {
		if _, err := zoneOf(req.Region, id); err != nil || id == "" {
			return nil, noSubnet(id)
		}
	}
	var out subnetsOutput
	for zone, letter := range zoneLetters {
		subnet := subnetXML{
			subnetID(req.Region, zone), "available", vpcID(req.Region), subnetPrefix(zone).String(), req.Region + letter, true, true,
		}
		if filters.match(subnet.attribute) && (len(ids) == 0 || slices.Contains(ids, subnet.ID)) {
			out.Subnets = append(out.Subnets, subnet)
		}
	}
	return out, nil
}

func (s subnetXML) attribute(name string) ([]string, bool) {
	switch name {
	case "subnet-id":
		return []string{s.ID}, true
	case "vpc-id":
		return []string{s.VPCID}, true
	case "availability-zone":
		return []string{s.Zone}, true
	case "default-for-az":
		return []string{"true"}, true
	}
	return tagAttribute(name, nil)
}
