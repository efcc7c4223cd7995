package localcloud

import (
	"context"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/ec2api"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/iamapi"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// authorizedEC2 holds EC2 calls of assumed roles against their policies. EC2's resources are not told apart: a policy
// that limits EC2 calls to single resources allows nothing here.
type authorizedEC2 struct {
	ec2 *ec2api.Service
	iam *iamapi.Service
}

func (a *authorizedEC2) Handle(ctx context.Context, req wire.Request) (any, error) {
	arn := "arn:aws:ec2:" + req.Region + ":" + AccountID + ":*"
	if err := a.iam.Authorize(req, "ec2:"+req.Operation, []iamapi.Resource{{ARN: arn}}); err != nil {
		return nil, err
	}
	return a.ec2.Handle(ctx, req)
}
