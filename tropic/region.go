package tropic

import (
	"slices"
	"strings"
)

// DefaultRegion is used when no option, environment variable or AWS profile names a region.
const DefaultRegion = "us-east-1"

// Regions are where Tropic's images are published (product documentation, VM specs), the default first.
var Regions = []string{DefaultRegion, "ap-southeast-1", "eu-west-1", "eu-west-2"}

func validateRegion(region string) error {
	if slices.Contains(Regions, region) {
		return nil
	}
	return invalid("client", "region", region, "is not a region of Tropic", "one of "+strings.Join(Regions, ", "))
}
