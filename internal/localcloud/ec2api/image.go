package ec2api

import (
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

func (s *Service) image(id string) (Image, error) {
	for _, image := range s.Images {
		if image.ID == id {
			return image, nil
		}
	}
	return Image{}, &wire.Error{Code: "InvalidAMIID.NotFound", Message: fmt.Sprintf("The image id '[%s]' does not exist", id)}
}

type imageXML struct {
	ID           string   `xml:"imageId"`
	Name         string   `xml:"name"`
	State        string   `xml:"imageState"`
	Owner        string   `xml:"imageOwnerId"`
	Architecture string   `xml:"architecture"`
	Created      string   `xml:"creationDate"`
	RootName     string   `xml:"rootDeviceName"`
	RootType     string   `xml:"rootDeviceType"`
	Tags         []tagXML `xml:"tagSet>item"`
}

type imagesOutput struct {
	Images []imageXML `xml:"imagesSet>item"`
}

func (s *Service) describeImages(_ wire.Request, q wire.Query) (any, error) {
	ids, owners := q.Strings("ImageId"), q.Strings("Owner")
	for _, id := range ids {
		if _, err := s.image(id); err != nil {
			return nil, err
		}
	}
	var out imagesOutput
	for _, image := range s.Images {
		ok, err := matches(q, func(filter string) ([]string, bool) {
			switch filter {
			case "name":
				return []string{image.Driver.Name}, true
			case "state":
				return []string{"available"}, true
			case "architecture":
				return []string{image.Architecture}, true
			case "image-id":
				return []string{image.ID}, true
			case "owner-id":
				return []string{s.AccountID}, true
			}
			return tagAttribute(filter, image.Tags)
		})
		if err != nil {
			return nil, err
		}
		mine := len(owners) == 0 || slices.Contains(owners, "self") || slices.Contains(owners, s.AccountID)
		if ok && mine && (len(ids) == 0 || slices.Contains(ids, image.ID)) {
			out.Images = append(out.Images, imageXML{
				image.ID, image.Driver.Name, "available", s.AccountID, image.Architecture, stamp(image.Created),
				rootDevice, "ebs", renderTags(image.Tags),
			})
		}
	}
	return out, nil
}
