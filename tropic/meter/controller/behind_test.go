package controller_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// behind is an EC2 whose listing of all machines is that of a while ago.
type behind struct {
	*cloud

	before []evidence.Machine
}

func (b *behind) Machines(ctx context.Context, ids ...string) ([]evidence.Machine, error) {
	if len(ids) == 0 {
		return b.before, nil
	}
	return b.cloud.Machines(ctx, ids...)
}

// A machine with credits that bears a hold and runs, as the last look has it, but was stopped since, keeps its hold: by that
// it is started again. A replica that died before it could record the stop leaves it so.
func TestAMachineThatWasStoppedSinceTheLookKeepsItsHold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, 1)
		defer h.close()
		h.grant("alice", 10*pricebook.Credit)
		h.cloud.launch("i-1", "alice", "t3.micro")
		if err := h.cloud.Tag(t.Context(), tropic.TagHold, tropic.HoldBalance, "i-1"); err != nil {
			t.Fatal(err)
		}
		before, err := h.cloud.Machines(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h.cloud.power("i-1", false)
		h.serve("one", func(c *controller.Config) { c.Cloud = &behind{h.cloud, before} })
		time.Sleep(30 * time.Second)
		h.want("i-1", "stopped", tropic.HoldBalance)
	})
}
