package journal_test

import (
	"bytes"
	"io"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// stream is blocks one after the other.
func stream(blocks []journal.Block) io.Reader {
	var out bytes.Buffer
	for _, b := range blocks {
		out.Write(b.Bytes)
	}
	return &out
}
