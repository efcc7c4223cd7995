package redact

import "encoding/base64"

const (
	minRun  = 20   // a shorter run of base64 holds no secret of any class
	segment = 8192 // characters of a run that are decoded and replaced as a whole; longer runs go on segment by segment
	overlap = 1024 // characters after a segment in which a secret that began in it may end
	minLine = 60   // characters of a line of base64 that may go on in the next, at least
	maxLine = 128  // and at most; tools break at 60, 64, 72 or 76
)

// run is the search for runs of base64 and, inside a long one, where it stands.
type run struct {
	from     int  // no run begins before; one that goes on does so here
	searched int  // nor before this, which was looked at
	next     int  // here one does, unless it is before from
	line     int  // characters of a line, of a run that is wrapped
	column   int  // characters of the present line before from
	secret   bool // it goes on and has shown a secret: the rest goes too
	long     bool // it goes on at from
}

// nextRun returns where the next run begins, if that is before limit.
func (s *scan) nextRun(limit int) (int, bool) {
	r := &s.run
	if s.nested {
		return 0, false
	}
	if r.next >= r.from && r.next >= 0 {
		return r.next, r.next < limit
	}
	p := max(r.from, r.searched)
	for p < limit && p+minRun <= len(s.buf) {
		k := p + minRun - 1
		for k >= p && base64Set[s.buf[k]] {
			k--
		}
		if k < p {
			r.next = p
			return p, true
		}
		p = k + 1
	}
	r.searched = min(max(p, r.searched), limit)
	return 0, false
}

// tryRun decodes the run at pos, or as much as a segment of it, and replaces it if it holds a secret.
func (s *scan) tryRun() {
	a := s.pos
	if !s.run.long || a != s.run.from {
		s.run.line, s.run.column, s.run.secret = 0, 0, false
	}
	end, length, ended := s.gather(a)
	s.steps += len(s.scratch)
	class := classEncodedBase
	found := s.run.secret || s.decodesToSecret(length)
	if !found && length == awsSecretLen && a < s.aws && isAWSSecret(s.buf[a:end]) {
		class, found = classAWSSecret, true
	}
	s.run.long, s.run.secret = !ended, found && !ended
	if !found {
		s.run.from = end
		return
	}
	for ended && end < s.window(a) && s.buf[end] == '=' && end < a+segment*2 {
		end++
	}
	s.add(hit{start: a, end: end, class: class})
}

// gather copies the characters of the run at a into scratch, without line ends, up to a segment and its overlap. It
// returns where the segment ends in the text, its length in characters, and whether the run ends there.
func (s *scan) gather(a int) (end, length int, ended bool) {
	hi, line, column := s.window(a), s.run.line, s.run.column
	s.scratch = s.scratch[:0]
	end = -1
	i := a
	for i < hi && len(s.scratch) < segment+overlap {
		b := s.buf[i]
		if base64Set[b] {
			if len(s.scratch) == segment {
				end, length, s.run.line, s.run.column = i, segment, line, column
			}
			s.scratch = append(s.scratch, b)
			column++
			i++
			continue
		}
		skip := lineEnd(s.buf[i:hi])
		if line == 0 && column >= minLine && column <= maxLine {
			line = column
		}
		if skip == 0 || column != line || !continues(s.buf[i+skip:hi], line) {
			break
		}
		i += skip
		column = 0
	}
	if end < 0 {
		return i, len(s.scratch), true
	}
	return end, length, false
}

// continues reports whether a run that was broken after line characters goes on in s: a whole line or the rest, with
// nothing behind. NAME=value does not.
func continues(s []byte, line int) bool {
	n := base64Set.end(s, 0, min(len(s), line+1))
	if n == 0 || n > line {
		return false
	}
	for n < len(s) && s[n] == '=' {
		n++
	}
	return n == len(s) || s[n] == '"' || s[n] == '\'' || lineEnd(s[n:]) > 0
}

// lineEnd is the length of the line end that s begins with, raw or escaped, or 0.
func lineEnd(s []byte) int {
	switch {
	case s[0] == '\n':
		return 1
	case len(s) >= 2 && (s[0] == '\r' && s[1] == '\n' || s[0] == '\\' && s[1] == 'n'):
		return 2
	case len(s) >= 4 && string(s[:4]) == `\r\n`:
		return 4
	}
	return 0
}

// decodesToSecret reports whether a secret begins in the first length characters of scratch.
func (s *scan) decodesToSecret(length int) bool {
	chars, uppers := s.scratch, 0
	for i, b := range chars {
		switch {
		case b == '-':
			chars[i] = '+'
		case b == '_':
			chars[i] = '/'
		case isUpper(b):
			uppers++
		}
	}
	if uppers < 2 { // text in base64 has some; names and paths have few
		return false
	}
	for offset := 0; offset < 4 && len(chars)-offset >= 2; offset++ { // a word may be glued to its beginning
		use := chars[offset:]
		if len(use)%4 == 1 {
			use = use[:len(use)-1]
		}
		if cap(s.decoded) < len(use) {
			s.decoded = make([]byte, segment+overlap)
		}
		n, err := base64.RawStdEncoding.Decode(s.decoded[:cap(s.decoded)], use)
		if err == nil && s.finds(s.decoded[:n], length*3/4) {
			return true
		}
	}
	return false
}
