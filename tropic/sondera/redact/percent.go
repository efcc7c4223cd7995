package redact

import "bytes"

// escape is percent encoding that was decoded ahead of the scan.
type escape struct {
	until   int   // what stands before is decoded
	found   []hit // secrets in it that the scan has yet to reach, in order
	text    []byte
	origins []int // where in the buffer each byte of text stands, and the end
}

// matchPercent decodes the escaped text around i. Only the secrets in it are replaced, not what stands around them: each
// decoded byte knows where it came from.
func matchPercent(s *scan, i, hi int) (hit, bool) {
	if s.nested || i < s.escape.until || i+2 >= hi || !isHex(s.buf[i+1]) || !isHex(s.buf[i+2]) {
		return hit{}, false
	}
	start := i
	for start > s.floor(i)+1 && start > s.lastEnd && escapedSet[s.buf[start-1]] {
		start--
	}
	if start > 0 && start != s.lastEnd {
		start-- // what stands before shows whether a name begins here
	}
	end := escapedSet.end(s.buf, i, min(hi, i+segment))
	more := escapedSet.end(s.buf, end, min(hi, end+overlap))
	s.escape.until = end
	s.readEscaped(start, end, more, '+')
	if bytes.IndexByte(s.buf[start:more], '+') >= 0 { // a plus, as in paths, or a blank, as in forms
		s.readEscaped(start, end, more, ' ')
	}
	return s.escapedHit(i)
}

// readEscaped decodes start to more and queues the secrets that begin before end.
func (s *scan) readEscaped(start, end, more int, plus byte) {
	e := &s.escape
	e.unescape(s.buf, start, more, plus)
	for _, sp := range s.read(e.text) {
		h := hit{start: e.origins[sp.start], end: e.origins[sp.end], class: classEncodedQuery}
		if h.start >= end {
			break
		}
		if h.end == more && more > end {
			h.tail = tail{set: percentSet}
		}
		e.queue(h)
	}
}

// unescape decodes buf from start to more into text.
func (e *escape) unescape(buf []byte, start, more int, plus byte) {
	e.text, e.origins = e.text[:0], e.origins[:0]
	for i := start; i < more; i++ {
		b := buf[i]
		e.origins = append(e.origins, i)
		switch {
		case b == '+':
			b = plus
		case b == '%' && i+2 < more && isHex(buf[i+1]) && isHex(buf[i+2]):
			b = unhex(buf[i+1])<<4 | unhex(buf[i+2])
			i += 2
		}
		e.text = append(e.text, b)
	}
	e.origins = append(e.origins, more)
}

// queue puts h in its place; few are queued at a time.
func (e *escape) queue(h hit) {
	e.found = append(e.found, h)
	for k := len(e.found) - 1; k > 0 && e.found[k].start < e.found[k-1].start; k-- {
		e.found[k], e.found[k-1] = e.found[k-1], e.found[k]
	}
}

// escapedHit takes the next queued hit if the scan at i has reached it.
func (s *scan) escapedHit(i int) (hit, bool) {
	found := s.escape.found
	if len(found) == 0 || found[0].start > i {
		return hit{}, false
	}
	h := found[0]
	s.escape.found = found[:copy(found, found[1:])]
	return h, true
}

func unhex(b byte) byte {
	if isDigit(b) {
		return b - '0'
	}
	return lower(b) - 'a' + 10
}
