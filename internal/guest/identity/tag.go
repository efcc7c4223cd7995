package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// maxTag bounds a tag's value: EC2 allows 256 characters.
const maxTag = 4 << 10

// Tag returns one of the machine's instance tags, and whether it is there. EC2 shows tags to a machine whose
// InstanceMetadataTags option is enabled; without it no tag is there.
func (m Metadata) Tag(ctx context.Context, key string) (value string, found bool, err error) {
	out, err := m.client.GetMetadata(ctx, &imds.GetMetadataInput{Path: "tags/instance/" + key})
	var answered *smithyhttp.ResponseError
	if errors.As(err, &answered) && answered.HTTPStatusCode() == http.StatusNotFound {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("asking instance metadata for the tag %s: %w", key, err)
	}
	defer out.Content.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(io.LimitReader(out.Content, maxTag))
	if err != nil {
		return "", false, fmt.Errorf("reading the tag %s from instance metadata: %w", key, err)
	}
	return string(raw), true, nil
}
