package ec2api_test

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

func (c *cloud) tagsOf(t *testing.T, id string) map[string]string {
	t.Helper()
	out, err := c.describe(t, id)
	must(t, err)
	tags := map[string]string{}
	for _, tag := range out.Reservations[0].Instances[0].Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

func TestTagsChange(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	id := c.launch(t, c.launchInput())
	create := func(tags ...types.Tag) error {
		return second(c.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags}))
	}
	remove := func(tags ...types.Tag) error {
		return second(c.DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{id}, Tags: tags}))
	}
	for _, step := range []struct {
		name string
		do   func() error
		want map[string]string
	}{
		{"create", func() error { return create(tag("a", "1"), tag("b", "2"), tag("c", "3")) }, map[string]string{"a": "1", "b": "2", "c": "3"}},
		{"replace", func() error { return create(tag("a", "one")) }, map[string]string{"a": "one", "b": "2", "c": "3"}},
		{"delete a key", func() error { return remove(types.Tag{Key: aws.String("b")}) }, map[string]string{"a": "one", "c": "3"}},
		{"delete with another value", func() error { return remove(tag("a", "1")) }, map[string]string{"a": "one", "c": "3"}},
		{"delete with the value", func() error { return remove(tag("a", "one")) }, map[string]string{"c": "3"}},
		{"delete all", func() error { return remove() }, map[string]string{}},
	} {
		must(t, step.do())
		if got := c.tagsOf(t, id); !maps.Equal(got, step.want) {
			t.Errorf("%s: tags %v, want %v", step.name, got, step.want)
		}
	}
	expect(t, "a key twice", create(tag("a", "1"), tag("a", "2")), "InvalidParameterValue")
}

// A call that names one resource which does not exist tags none.
func TestTagsOnAbsentResources(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	id := c.launch(t, c.launchInput())
	for absent, want := range map[string]string{
		"i-00000000": "InvalidInstanceID.NotFound", "sg-00000000": "InvalidGroup.NotFound", "vol-00000000": "InvalidVolume.NotFound",
		"key-00000000": "InvalidKeyPair.NotFound", "x": "InvalidID",
	} {
		_, err := c.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id, absent}, Tags: []types.Tag{tag("a", "b")}})
		expect(t, absent, err, want)
	}
	if got := c.tagsOf(t, id); len(got) != 0 {
		t.Errorf("the refused calls left %v", got)
	}
}

// An instance and its volume share a record; a change of both keeps both.
func TestTagsOfAnInstanceAndItsVolume(t *testing.T) {
	t.Parallel()
	c := startCloud(t, lag.Config{})
	id := c.launch(t, c.launchInput())
	out, err := c.describe(t, id)
	must(t, err)
	volume := aws.ToString(out.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.VolumeId)
	for range 2 {
		_, err = c.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id, volume, id}, Tags: []types.Tag{tag("a", "b")}})
		must(t, err)
	}
	if got := c.tagsOf(t, id); !maps.Equal(got, map[string]string{"a": "b"}) {
		t.Errorf("tags %v", got)
	}
}
