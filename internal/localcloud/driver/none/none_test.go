package none_test

import (
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/conformance"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.Run(t, func(*testing.T) driver.Driver { return none.New() })
}
