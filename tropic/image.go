package tropic

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ImageNamePattern matches the names of Tropic's machine images, which are made with Packer in the AWS account itself.
const ImageNamePattern = "tropic-openclaw-*"

// image is what Launch needs to know of a machine image.
type image struct {
	id, rootDevice string
	rootSize       int32 // GiB
}

// resolveImage checks the image called id, or finds the newest of Tropic's when id is empty.
func (c *Client) resolveImage(ctx context.Context, id string) (image, error) {
	input := &ec2.DescribeImagesInput{Owners: []string{"self"}, Filters: []ec2types.Filter{
		filter("name", ImageNamePattern), filter("state", "available"),
	}}
	if id != "" {
		input = &ec2.DescribeImagesInput{ImageIds: []string{id}}
	}
	output, err := c.ec2.DescribeImages(ctx, input)
	switch {
	case id != "" && (hasCode(err, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable") || err == nil && len(output.Images) == 0):
		return image{}, c.noSuchImage(id, err)
	case err != nil:
		return image{}, failure("reading", "image", id, err)
	case len(output.Images) == 0:
		return image{}, &Error{
			Op: "finding", Resource: "image", ID: ImageNamePattern, Kind: ErrNotFound, Field: "image_id",
			Reason: "this AWS account has no available image of that name in " + c.region,
			Next:   "build one with Packer (see packer/), copy one from another region, or set image_id",
		}
	}
	newest := slices.MaxFunc(output.Images, func(a, b ec2types.Image) int {
		// Creation dates are ISO 8601 in UTC, so they sort as text; the id makes the choice certain.
		return strings.Compare(aws.ToString(a.CreationDate)+aws.ToString(a.ImageId), aws.ToString(b.CreationDate)+aws.ToString(b.ImageId))
	})
	if newest.State != "" && newest.State != ec2types.ImageStateAvailable {
		return image{}, &Error{
			Op: "using", Resource: "image", ID: aws.ToString(newest.ImageId), Kind: ErrValidation, Field: "image_id",
			Reason: fmt.Sprintf("the image is %s", newest.State), Next: "wait until it is available, or choose another",
		}
	}
	return imageFromEC2(newest), nil
}

func (c *Client) noSuchImage(id string, err error) error {
	e := invalid("instance", "image_id", id, "is not an image in "+c.region,
		"an image of this region that this AWS account may use, or none for the newest "+ImageNamePattern)
	if err != nil {
		e.Err, e.AWSCode, e.RequestID = err, awsCode(err), requestID(err)
	}
	return e
}

func imageFromEC2(i ec2types.Image) image {
	out := image{id: aws.ToString(i.ImageId), rootDevice: aws.ToString(i.RootDeviceName)}
	if out.rootDevice == "" {
		out.rootDevice = "/dev/sda1" // Ubuntu's
	}
	for _, m := range i.BlockDeviceMappings {
		if aws.ToString(m.DeviceName) == out.rootDevice && m.Ebs != nil {
			out.rootSize = aws.ToInt32(m.Ebs.VolumeSize)
		}
	}
	return out
}
