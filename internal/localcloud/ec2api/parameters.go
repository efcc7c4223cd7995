package ec2api

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// parameters are what each operation understands, N standing for a number in a list. EC2 refuses any other as an
// UnknownParameter; so does this cloud also for what EC2 has and it has not, since ignoring a wish would be a lie.
var parameters = map[string][]string{
	"RunInstances": slices.Concat([]string{
		"BlockDeviceMapping.N.DeviceName", "BlockDeviceMapping.N.Ebs.DeleteOnTermination", "BlockDeviceMapping.N.Ebs.Encrypted",
		"BlockDeviceMapping.N.Ebs.VolumeSize", "BlockDeviceMapping.N.Ebs.VolumeType",
		"ClientToken", "IamInstanceProfile.Name", "ImageId", "InstanceInitiatedShutdownBehavior", "InstanceType", "KeyName",
		"MaxCount", "MetadataOptions.HttpEndpoint", "MetadataOptions.HttpPutResponseHopLimit", "MetadataOptions.HttpTokens",
		"MetadataOptions.InstanceMetadataTags", "MinCount", "SecurityGroupId.N", "SubnetId", "UserData",
	}, tagSpecificationParameters),
	"DescribeInstances":             slices.Concat([]string{"InstanceId.N"}, filterParameters, pageParameters),
	"StartInstances":                {"InstanceId.N"},
	"StopInstances":                 {"InstanceId.N"},
	"TerminateInstances":            {"InstanceId.N"},
	"ModifyInstanceAttribute":       {"GroupId.N", "InstanceId", "InstanceInitiatedShutdownBehavior.Value", "InstanceType.Value"},
	"CreateSecurityGroup":           slices.Concat([]string{"GroupDescription", "GroupName", "VpcId"}, tagSpecificationParameters),
	"DeleteSecurityGroup":           {"GroupId"},
	"DescribeSecurityGroups":        slices.Concat([]string{"GroupId.N"}, filterParameters, pageParameters),
	"DescribeSecurityGroupRules":    slices.Concat(filterParameters, pageParameters),
	"AuthorizeSecurityGroupIngress": slices.Concat([]string{"GroupId"}, permissionParameters, tagSpecificationParameters),
	"RevokeSecurityGroupIngress":    slices.Concat([]string{"GroupId", "SecurityGroupRuleId.N"}, permissionParameters),
	"CreateKeyPair":                 slices.Concat([]string{"KeyFormat", "KeyName", "KeyType"}, tagSpecificationParameters),
	"DescribeKeyPairs":              slices.Concat([]string{"IncludePublicKey", "KeyName.N", "KeyPairId.N"}, filterParameters),
	"DeleteKeyPair":                 {"KeyName", "KeyPairId"},
	"DescribeImages":                slices.Concat([]string{"ImageId.N", "Owner.N"}, filterParameters),
	"CreateTags":                    {"ResourceId.N", "Tag.N.Key", "Tag.N.Value"},
	"DeleteTags":                    {"ResourceId.N", "Tag.N.Key", "Tag.N.Value"},
	"DescribeVpcs":                  slices.Concat([]string{"VpcId.N"}, filterParameters),
	"DescribeSubnets":               slices.Concat([]string{"SubnetId.N"}, filterParameters),
}

// Parameters that several operations share.
var (
	everyParameter             = []string{"Action", "Version", "DryRun"}
	filterParameters           = []string{"Filter.N.Name", "Filter.N.Value.N"}
	pageParameters             = []string{"MaxResults", "NextToken"}
	tagSpecificationParameters = []string{
		"TagSpecification.N.ResourceType", "TagSpecification.N.Tag.N.Key", "TagSpecification.N.Tag.N.Value",
	}
	// Groups and prefix lists are understood, to be refused for what they are.
	permissionParameters = []string{
		"IpPermissions.N.FromPort", "IpPermissions.N.ToPort", "IpPermissions.N.IpProtocol",
		"IpPermissions.N.IpRanges.N.CidrIp", "IpPermissions.N.IpRanges.N.Description",
		"IpPermissions.N.Ipv6Ranges.N.CidrIpv6", "IpPermissions.N.Ipv6Ranges.N.Description",
		"IpPermissions.N.Groups.N.GroupId", "IpPermissions.N.Groups.N.GroupName", "IpPermissions.N.Groups.N.UserId",
		"IpPermissions.N.Groups.N.Description", "IpPermissions.N.PrefixListIds.N.PrefixListId",
	}
)

// checkParameters refuses what the operation does not understand (EC2 API Reference, Error codes).
func checkParameters(req wire.Request) error {
	for _, name := range slices.Sorted(maps.Keys(req.Params)) {
		shape := shapeOf(name)
		if !slices.Contains(everyParameter, shape) && !slices.Contains(parameters[req.Operation], shape) {
			return &wire.Error{Code: "UnknownParameter", Message: fmt.Sprintf("The parameter %s is not recognized", name)}
		}
	}
	return nil
}

// shapeOf puts N for every number that may stand in a list.
func shapeOf(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if n, err := strconv.Atoi(part); err == nil && n > 0 && n <= wire.MaxListLength && strconv.Itoa(n) == part {
			parts[i] = "N"
		}
	}
	return strings.Join(parts, ".")
}
