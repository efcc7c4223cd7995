package tropic_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func TestLaunchMakesTheDocumentedMachine(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	sent := &sentForms{}
	client := cloud.client(t, tropic.WithHTTPClient(&http.Client{Transport: sent}))
	instance, err := client.Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	machines := cloud.living(t)
	if len(machines) != 1 || aws.ToString(machines[0].InstanceId) != instance.ID {
		t.Fatalf("machines: %v, want %s alone", machines, instance.ID)
	}
	machine := machines[0]
	if machine.InstanceType != ec2types.InstanceTypeT3Micro {
		t.Errorf("type = %s, want t3.micro", machine.InstanceType)
	}
	options := machine.MetadataOptions
	if options == nil || options.HttpTokens != ec2types.HttpTokensStateRequired ||
		options.InstanceMetadataTags != ec2types.InstanceMetadataTagsStateEnabled || aws.ToInt32(options.HttpPutResponseHopLimit) != 1 {
		t.Errorf("metadata options = %+v, want IMDSv2 alone, one hop, with tags", options)
	}
	if name := aws.ToString(machine.SecurityGroups[0].GroupName); name != "tropic-desk" || len(machine.SecurityGroups) != 1 {
		t.Errorf("security groups = %v, want tropic-desk alone", machine.SecurityGroups)
	}
	want := map[string]string{
		"tropic:managed": "true", "tropic:name": "desk", "tropic:account": "default",
		"tropic:model": "anthropic/claude-sonnet-4-6", "tropic:api-key": "tropic", "team": "reef",
	}
	tags := make(map[string]string)
	for _, tag := range machine.Tags {
		if key := aws.ToString(tag.Key); key != "tropic:local-driver" { // the embedded cloud's own
			tags[key] = aws.ToString(tag.Value)
		}
	}
	if diff := cmp.Diff(want, tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{
		"BlockDeviceMapping.1.Ebs.VolumeSize": "20", "BlockDeviceMapping.1.Ebs.VolumeType": "gp3",
		"BlockDeviceMapping.1.Ebs.Encrypted": "true", "BlockDeviceMapping.1.Ebs.DeleteOnTermination": "true",
		"InstanceInitiatedShutdownBehavior": "stop", "TagSpecification.2.ResourceType": "volume",
	}, sent.some("RunInstances", "BlockDeviceMapping.1.Ebs.VolumeSize", "BlockDeviceMapping.1.Ebs.VolumeType",
		"BlockDeviceMapping.1.Ebs.Encrypted", "BlockDeviceMapping.1.Ebs.DeleteOnTermination",
		"InstanceInitiatedShutdownBehavior", "TagSpecification.2.ResourceType")); diff != "" {
		t.Errorf("RunInstances (-want +got):\n%s", diff)
	}
}

func TestLaunchAgainInAnotherProcessFindsTheSameMachine(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	first, err := cloud.client(t).Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	second, err := cloud.client(t).Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	if first.ID != second.ID || len(cloud.living(t)) != 1 {
		t.Errorf("second launch gave %s beside %s, %d machines", second.ID, first.ID, len(cloud.living(t)))
	}
}

func TestOneProcessDoesNotHandOutAMachineTwice(t *testing.T) {
	t.Parallel()
	client := newRecordCloud(t).client(t)
	if _, err := client.Instances.Launch(t.Context(), desk()); err != nil {
		t.Fatal(err)
	}
	_, err := client.Instances.Launch(t.Context(), desk())
	if !errors.Is(err, tropic.ErrConflict) || !strings.Contains(err.Error(), "own name") {
		t.Errorf("second launch of one name: %v, want a conflict that says so", err)
	}
}

func TestAnUnfinishedMachineWithOtherSettingsIsNotAdopted(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	first, err := cloud.client(t).Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	other := desk()
	other.Type = "t3.small"
	_, err = cloud.client(t).Instances.Launch(t.Context(), other)
	if !errors.Is(err, tropic.ErrConflict) || !strings.Contains(err.Error(), first.ID) || !strings.Contains(err.Error(), "t3.micro, not t3.small") {
		t.Errorf("error %v, want a conflict that names %s and the difference", err, first.ID)
	}
}

func TestAccountsMayShareAName(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	for _, account := range []string{"", "acme", "globex"} {
		spec := desk()
		spec.Account = account
		if _, err := client.Instances.Launch(t.Context(), spec); err != nil {
			t.Fatalf("account %q: %v", account, err)
		}
	}
	groups := cloud.groups(t)
	slices.Sort(groups)
	if diff := cmp.Diff([]string{"tropic-desk", "tropic-desk@acme", "tropic-desk@globex"}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

func TestARefusedLaunchLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*tropic.InstanceSpec)
		field  string
		want   string
	}{
		"unknown image":   {func(s *tropic.InstanceSpec) { s.ImageID = "ami-0123456789abcdef0" }, "image_id", "is not an image in us-east-1"},
		"unknown subnet":  {func(s *tropic.InstanceSpec) { s.SubnetID = "subnet-0123456789abcdef0" }, "subnet_id", "is not a subnet in us-east-1"},
		"unknown profile": {func(s *tropic.InstanceSpec) { s.CreateInstanceProfile = false }, "instance_profile", "create_instance_profile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newRecordCloud(t)
			spec := desk()
			test.change(&spec)
			_, err := cloud.client(t).Instances.Launch(t.Context(), spec)
			var typed *tropic.Error
			if !errors.As(err, &typed) || !errors.Is(err, tropic.ErrValidation) || typed.Field != test.field ||
				!strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s that says %q", err, test.field, test.want)
			}
			if machines, groups := cloud.living(t), cloud.groups(t); len(machines)+len(groups) > 0 {
				t.Errorf("left behind: machines %v, groups %v", machines, groups)
			}
		})
	}
}

func TestLaunchWithoutAnImageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t, "somebody-elses-image")
	_, err := cloud.client(t).Instances.Launch(t.Context(), desk())
	if !errors.Is(err, tropic.ErrNotFound) || !strings.Contains(err.Error(), "tropic-openclaw-*") || !strings.Contains(err.Error(), "Packer") {
		t.Errorf("error %v, want one that names the pattern and says how to get an image", err)
	}
}
