package lease

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/identity"
)

// ReadTag asks instance metadata for the lease.
func ReadTag(ctx context.Context, metadata identity.Metadata) Tag {
	text, found, err := metadata.Tag(ctx, TagName)
	switch {
	case err != nil:
		return Tag{Err: err}
	case !found:
		return Tag{}
	default:
		return ParseTag(text)
	}
}

// maxQuoted bounds how much of a malformed tag is repeated in the journal.
const maxQuoted = 64

// ParseTag reads a tag's value.
func ParseTag(text string) Tag {
	until, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	switch {
	case err != nil:
		return Tag{Err: fmt.Errorf("instance tag %s is %.*q, which is no RFC 3339 instant such as 2026-11-25T13:00:00Z",
			TagName, maxQuoted, text)}
	case until.IsZero():
		return Tag{Err: fmt.Errorf("instance tag %s is year 1, which is no lease", TagName)}
	}
	return Tag{Until: until.UTC()}
}
