package redact

import (
	"bytes"
	"io"
)

// Reader gives the text of another reader redacted. It is for one goroutine.
type Reader struct {
	stream
	source  io.Reader
	ready   bytes.Buffer
	piece   []byte
	sourced error // why the source gives no more
}

// Reader returns a Reader of src. If found is not nil, it gets each span once it is complete, in order.
func (r *Redactor) Reader(src io.Reader, found func(Span)) *Reader {
	rd := &Reader{stream: stream{scan: newScan(r), found: found}, source: src, piece: make([]byte, kept/2)}
	rd.out = &rd.ready
	return rd
}

// Read gives redacted text. When the source fails, what was read before it comes first, then the error.
func (rd *Reader) Read(p []byte) (int, error) {
	for rd.ready.Len() == 0 {
		if rd.sourced != nil {
			return 0, rd.sourced
		}
		if len(p) == 0 {
			return 0, nil
		}
		rd.fill()
	}
	return rd.ready.Read(p)
}

// fill reads one piece of the source, or learns why there is none; patience bounds readers that give nothing.
func (rd *Reader) fill() {
	const patience = 100
	for range patience {
		var n int
		n, rd.sourced = rd.source.Read(rd.piece)
		rd.feed(rd.piece[:n])
		if rd.sourced != nil {
			rd.advance(true)
			return
		}
		if n > 0 {
			return
		}
	}
	rd.sourced = io.ErrNoProgress
}
