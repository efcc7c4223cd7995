// Package identity tells a machine who it is, and signs its calls. Both come from the instance metadata service,
// version 2 only: there is nothing to configure, and no secret on the disk.
package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Machine is one EC2 instance.
type Machine struct {
	InstanceID string
	Region     string
}

// Metadata is the machine's instance metadata service.
type Metadata struct{ client *imds.Client }

// NewMetadata returns the service at endpoint; empty = 169.254.169.254, or what AWS_EC2_METADATA_SERVICE_ENDPOINT says.
func NewMetadata(endpoint string) Metadata {
	return Metadata{imds.New(imds.Options{Endpoint: endpoint, EnableFallback: aws.FalseTernary})}
}

// Machine returns who this machine is, from its identity document.
func (m Metadata) Machine(ctx context.Context) (Machine, error) {
	out, err := m.client.GetInstanceIdentityDocument(ctx, &imds.GetInstanceIdentityDocumentInput{})
	if err != nil {
		return Machine{}, fmt.Errorf("asking the instance metadata service who this machine is (is it an EC2 instance, with the "+
			"metadata endpoint on?): %w", err)
	}
	if out.InstanceID == "" || out.Region == "" {
		return Machine{}, errors.New("the instance metadata service names no instance or no region")
	}
	return Machine{InstanceID: out.InstanceID, Region: out.Region}, nil
}

// attempts is how often a call is made before it is given up: a fleet that boots at once is throttled for a while.
const attempts = 8

// Parameters returns a Parameter Store client that signs with the machine's role. An empty endpoint is AWS.
func (m Metadata) Parameters(region, endpoint string) *ssm.Client {
	options := ssm.Options{
		Region:      region,
		Credentials: aws.NewCredentialsCache(ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = m.client })),
		Retryer:     retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts }),
	}
	if endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
	}
	return ssm.New(options)
}
