package redact

import (
	"errors"
	"io"
)

// Writer redacts what is written to it. It holds back some 20 KB, or three spellings of the longest known value, until
// it knows what they are. It is for one goroutine.
type Writer struct {
	stream
	closed bool
}

// Writer returns a Writer to w. If found is not nil, it gets each span once it is complete, in order.
func (r *Redactor) Writer(w io.Writer, found func(Span)) *Writer {
	return &Writer{stream: stream{scan: newScan(r), out: w, found: found}}
}

// Write takes the next piece. An error is that of the underlying writer and is final.
func (w *Writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, errors.New("redact: write after Close")
	}
	w.feed(p)
	if w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// Close writes what is held back. It does not close the underlying writer.
func (w *Writer) Close() error {
	if !w.closed {
		w.closed = true
		w.advance(true)
	}
	return w.err
}
