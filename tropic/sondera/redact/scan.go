package redact

const (
	// lookback is how far before its place a matcher may look, and how far a span may extend to the left of it.
	lookback = 256
	// minReach is how far from its place a matcher may look ahead: one segment of an encoded run and its overlap.
	minReach = segment*2 + overlap*2
)

// hit is a place where a stretch of secret is, relative to the buffer. A hit whose tail says how goes on past end.
type hit struct {
	start, end int
	class      string
	tail       tail
}

// tail is how a span goes on beyond what its matcher saw.
type tail struct {
	set *charset // while bytes of set follow
	pem bool     // until the block ends
}

func (t tail) open() bool { return t.set != nil || t.pem }

// scan is the state of one reading of a text from left to right. buf holds the text from base on, and at least
// lookback bytes before pos where there are any. All positions but base are relative to buf.
type scan struct {
	r    *Redactor
	buf  []byte
	base int // offset of buf[0] in the text

	pos     int    // everything before is decided
	lastEnd int    // end of the last span: a border that text of itself might not show
	tail    tail   // the last span goes on at pos
	spans   []span // in order; those that end before pos-lookback are settled
	run     run    // the encoded run that is next, or under way
	noJWT   int    // no token begins before
	steps   int    // bytes that were looked at beside the table, so that tests see that they grow as the text does
	escape  escape // percent encoding that was decoded ahead
	aws     int    // an access key id stands shortly before this, so a run may be its secret
	inner   *scan  // reads what was decoded; nil until needed
	nested  bool   // this is such a reading: nothing is decoded again
	scratch []byte // characters of a run
	decoded []byte // what they stand for
}

func newScan(r *Redactor) scan { return scan{r: r, lastEnd: -1, run: run{next: -1}} }

// span is a Span under way. A marked one has its marker written, so it may still grow but not vanish.
type span struct {
	start, end int
	class      string
	marked     bool
}

// decide reads on as far as the buffer allows: up to reach bytes before its end, or to its end if that is the text's.
func (s *scan) decide(final bool) {
	limit := len(s.buf)
	if !final {
		limit -= s.r.reach
	}
	for s.pos < limit {
		if s.tail.open() {
			s.follow(limit)
			continue
		}
		if h, ok := s.escapedHit(s.pos); ok {
			s.add(h)
			continue
		}
		if s.run.secret && s.run.from == s.pos {
			s.tryRun()
			continue
		}
		stop := limit
		at, isRun := s.nextRun(limit)
		if isRun {
			stop = at
		}
		if found := s.escape.found; len(found) > 0 && found[0].start < stop {
			stop, isRun = found[0].start, false
		}
		i := s.r.table.next(s.buf, s.pos, stop)
		if i < stop {
			s.try(i)
			continue
		}
		s.pos = max(s.pos, stop)
		if isRun {
			s.tryRun()
		}
	}
}

// window is the end of what may be looked at from i.
func (s *scan) window(i int) int { return min(len(s.buf), i+s.r.reach) }

// floor is the first byte that may be looked at from i.
func (s *scan) floor(i int) int { return max(0, i-lookback) }

// try asks the matchers that may begin at i; the first that matches decides, so the most specific stand first.
func (s *scan) try(i int) {
	hi := s.window(i)
	if h, ok := matchKnown(s, i, hi); ok {
		s.add(h)
		return
	}
	for _, m := range s.r.table.at(s.buf, i).matchers {
		s.steps++
		if h, ok := m(s, i, hi); ok {
			s.add(h)
			return
		}
	}
	s.pos = i + 1
}

// classAt is the class of the token that begins at i, if it shows by itself what it is, or else.
func (s *scan) classAt(i, hi int, otherwise string) string {
	if _, ok := matchKnown(s, i, hi); ok {
		return classKnown
	}
	if i+1 >= hi || !alnum[s.buf[i]] {
		return otherwise
	}
	for _, m := range s.r.table.at(s.buf, i).matchers {
		if h, ok := m(s, i, hi); ok && h.start == i {
			return h.class
		}
	}
	return s.telegramClass(i, hi, otherwise)
}

// add records a hit, joins it with spans that it overlaps, and goes on after it.
func (s *scan) add(h hit) {
	n := span{start: h.start, end: h.end, class: h.class}
	for k := len(s.spans) - 1; k >= 0 && s.spans[k].end > n.start; k-- {
		old := s.spans[k]
		n.end = max(n.end, old.end)
		n.marked = old.marked
		if old.start <= n.start {
			n.start, n.class = old.start, old.class
		}
		s.spans = s.spans[:k]
	}
	s.spans = append(s.spans, n)
	s.tail = h.tail
	s.pos = max(s.pos, n.end)
	s.lastEnd = n.end
	s.run.from = max(s.run.from, n.end)
}

// follow lets the last span grow over the bytes its tail is made of.
func (s *scan) follow(limit int) {
	var end int
	var done bool
	if s.tail.pem {
		end, done = pemStep(s.buf, s.pos, s.window(s.pos))
	} else {
		end = s.tail.set.end(s.buf, s.pos, limit)
		done = end < limit
	}
	last := &s.spans[len(s.spans)-1]
	last.end, s.lastEnd, s.pos = end, end, end
	s.run.from = max(s.run.from, end)
	if done {
		s.tail = tail{}
	}
}

// begins reports whether a token may begin at i: no letter or digit stands before it that belongs to it.
func (s *scan) begins(i int) bool {
	b := s.buf
	if i == 0 || i == s.lastEnd || !alnum[b[i-1]] {
		return true
	}
	switch {
	case i >= 2 && b[i-2] == '\\' && (b[i-1] == 'n' || b[i-1] == 't' || b[i-1] == 'r'): // "\nghp_"
		return true
	case i >= 3 && b[i-3] == '%' && isHex(b[i-2]) && isHex(b[i-1]): // "%3Dghp_"
		return true
	case i >= 6 && b[i-6] == '\\' && b[i-5] == 'u': // "\u003dghp_"
		return true
	case s.colourStart(i, 0) < i: // "\x1b[32mghp_", the colours of a terminal
		return true
	}
	return false
}

// ends reports whether a token of letters and digits may end before i.
func (s *scan) ends(i int) bool {
	return i >= len(s.buf) || !alnum[s.buf[i]] || s.r.table.knownAt(s.buf, i) > 0
}

// finds reports whether text holds a secret that begins before limit; text is decoded bytes.
func (s *scan) finds(text []byte, limit int) bool {
	in := s.innerScan(text)
	for in.pos < len(text) && len(in.spans) == 0 {
		i := in.r.table.next(text, in.pos, len(text))
		if i >= len(text) {
			break
		}
		in.try(i)
	}
	s.steps += len(text) + in.steps
	return len(in.spans) > 0 && in.spans[0].start < limit
}

// read returns the secrets in text, which is decoded bytes. The answer holds until the next inner scan.
func (s *scan) read(text []byte) []span {
	in := s.innerScan(text)
	in.decide(true)
	s.steps += len(text) + in.steps
	return in.spans
}

func (s *scan) innerScan(text []byte) *scan {
	if s.inner == nil {
		s.inner = &scan{}
	}
	spans := s.inner.spans[:0]
	*s.inner = newScan(s.r)
	s.inner.nested, s.inner.buf, s.inner.spans = true, text, spans
	return s.inner
}
