package redact

import "io"

// kept is how many decided bytes may gather before the buffer is cut.
const kept = 64 * 1024

// stream is a scan whose text comes in pieces and goes out redacted.
type stream struct {
	scan
	out     io.Writer
	found   func(Span)
	written int // the buffer up to here went out or was replaced
	err     error
}

// advance decides and writes what can be decided; all of it when the text is over.
func (st *stream) advance(final bool) {
	st.decide(final)
	frontier := max(0, st.pos-lookback)
	if final {
		frontier, st.tail = len(st.buf), tail{}
	}
	st.flush(frontier)
	if frontier >= kept {
		st.cut(frontier)
	}
}

// flush writes the text before frontier. No later hit reaches further back, so spans that end before it are settled.
func (st *stream) flush(frontier int) {
	settled := 0
	for k := range st.spans {
		sp := &st.spans[k]
		if sp.start >= frontier {
			break
		}
		if !sp.marked {
			st.write(st.buf[st.written:sp.start])
			st.write([]byte(Marker))
			sp.marked = true
		}
		st.written = max(st.written, sp.end)
		if sp.end > frontier || st.tail.open() && k == len(st.spans)-1 {
			break
		}
		if st.found != nil {
			st.found(Span{Start: st.base + sp.start, End: st.base + sp.end, Class: sp.class})
		}
		settled++
	}
	st.spans = st.spans[:copy(st.spans, st.spans[settled:])]
	if len(st.spans) > 0 {
		frontier = min(frontier, st.spans[0].start)
	}
	if frontier > st.written {
		st.write(st.buf[st.written:frontier])
		st.written = frontier
	}
}

func (st *stream) write(p []byte) {
	if st.err == nil && len(p) > 0 {
		_, st.err = st.out.Write(p)
	}
}

// cut drops the first n bytes of the buffer.
func (st *stream) cut(n int) {
	st.buf = st.buf[:copy(st.buf, st.buf[n:])]
	st.base += n
	st.written -= n
	for _, p := range []*int{&st.pos, &st.lastEnd, &st.run.from, &st.run.searched, &st.run.next, &st.escape.until, &st.noJWT, &st.aws} {
		*p -= n
	}
	for k := range st.escape.found {
		st.escape.found[k].start -= n
		st.escape.found[k].end -= n
	}
	for k := range st.spans {
		st.spans[k].start -= n
		st.spans[k].end -= n
	}
}

// feed takes the next piece of the text, in bites, so that the buffer stays small.
func (st *stream) feed(p []byte) {
	for len(p) > 0 && st.err == nil {
		n := min(len(p), kept)
		st.buf = append(st.buf, p[:n]...)
		p = p[n:]
		st.advance(false)
	}
}
