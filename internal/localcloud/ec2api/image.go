package ec2api

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

func (s *Service) image(id string) (Image, error) {
	for _, image := range s.Images {
		if image.ID == id {
			return image, nil
		}
	}
	switch {
	case id == "":
		return Image{}, missing("ImageId")
	case !imageIDPattern.MatchString(id):
		return Image{}, &wire.Error{Code: "InvalidAMIID.Malformed", Message: fmt.Sprintf("Invalid id: %q", id)}
	}
	return Image{}, &wire.Error{Code: "InvalidAMIID.NotFound", Message: fmt.Sprintf("The image id '[%s]' does not exist", id)}
}

var imageIDPattern = regexp.MustCompile(`^ami-[0-9a-f]{8}([0-9a-f]{9})?$`)

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
	attributes := func(image Image) attribute {
		return func(name string) ([]string, bool) { return s.imageAttribute(image, name) }
	}
	filters, err := readFilters(q, attributes(Image{}))
	if err != nil {
		return nil, err
	}
	var out imagesOutput
	for _, image := range s.Images {
		mine := len(owners) == 0 || slices.Contains(owners, "self") || slices.Contains(owners, s.AccountID)
		if filters.match(attributes(image)) && mine && (len(ids) == 0 || slices.Contains(ids, image.ID)) {
			out.Images = append(out.Images, imageXML{
				image.ID, image.Driver.Name, "available", s.AccountID, image.Architecture, stamp(image.Created),
				rootDevice, "ebs", renderTags(image.Tags),
			})
		}
	}
	return out, nil
}

func (s *Service) imageAttribute(image Image, name string) ([]string, bool) {
	switch name {
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
	return tagAttribute(name, image.Tags)
}
