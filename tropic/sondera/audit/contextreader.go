package audit

import (
	"context"
	"io"
)

// contextReader reads until the context is done.
type contextReader struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call of Verify
	in  io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}
