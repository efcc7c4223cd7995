package redact

import "bytes"

const (
	// pemGap is how far apart the lines of a block may be; more without any means that the block was cut off.
	pemGap = 256
	// pemLine is the least run of base64 that is a line of a block.
	pemLine = 32
	pemLead = "-----BEGIN "
	pemEnd  = "-----END "
	// puttyLead stands before the number of lines.
	puttyLead = "Private-Lines: "
)

// matchPEM finds the head of a private key that has a body; the body is followed by pemStep.
func matchPEM(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte(pemLead)) {
		return hit{}, false
	}
	label := s.buf[i+len(pemLead) : min(hi, i+len(pemLead)+64)]
	dashes := bytes.Index(label, []byte("-----"))
	if dashes < 0 || !bytes.Contains(label[:dashes], []byte("PRIVATE KEY")) {
		return hit{}, false
	}
	end := i + len(pemLead) + dashes + 5
	next, done := pemStep(s.buf, end, hi)
	s.steps += pemGap
	if done && (next == end || !hasBody(s.buf[end:next])) {
		return hit{}, false // words about keys
	}
	return hit{start: i, end: next, class: classPrivateKey, tail: tail{pem: !done}}, true
}

// matchPuTTY finds the private lines of a PuTTY key file.
func matchPuTTY(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte(puttyLead)) || !lineStart(s.buf[s.floor(i):i]) {
		return hit{}, false
	}
	from := alnum.end(s.buf, i+len(puttyLead), min(hi, i+len(puttyLead)+4))
	next, done := pemStep(s.buf, from, hi)
	return hit{start: from, end: next, class: classPrivateKey, tail: tail{pem: !done}}, !done
}

// hasBody tells a small or shortened block from code that names its two borders: a line begins right after the head.
func hasBody(s []byte) bool {
	i := 0
	for i < len(s) && (isSpace(s[i]) || s[i] == '\\' || (s[i] == 'n' || s[i] == 'r') && i > 0 && s[i-1] == '\\') {
		i++
	}
	end := base64Set.end(s, i, len(s))
	return i > 0 && end-i >= 8 && s[i] != '-'
}

// pemStep goes over one line of a block, or its end. It returns where it came to and whether the block is over: at its
// END line, or where no further line is near, whatever is quoted, numbered or escaped around the lines.
func pemStep(s []byte, i, hi int) (end int, done bool) {
	near := s[i:min(hi, i+pemGap)]
	run := 0
	for k, b := range near {
		if b == '-' && bytes.HasPrefix(near[k:], []byte(pemEnd)) {
			return i + k + endLine(near[k:]), true
		}
		if b == '-' && bytes.HasPrefix(near[k:], []byte(pemLead)) {
			return i, true // another block
		}
		if !alnum[b] && b != '+' && b != '/' {
			run = 0
			continue
		}
		if run++; run >= pemLine {
			if !joinsLines(near[:k+1-run]) {
				return i, true // words, then something else
			}
			line := stripeSet.end(s, i+k+1, min(hi, i+pemGap))
			if n := varietyOf(s[i+k+1-run : line]); n.uppers >= 2 && n.lowers+n.digits >= 2 && (n.digits > 0 || n.length >= 60) {
				return line, false
			}
			return i, true // a path or a name in code
		}
	}
	return i + shortLine(near), true
}

// joinsLines reports whether gap is what stands between lines of a block: line ends, raw or escaped, indents, quotes,
// the numbers and names that cat -n, diff and grep put before a line, and headers such as "Proc-Type: 4,ENCRYPTED".
func joinsLines(gap []byte) bool {
	for len(gap) > 0 {
		n, skip := 0, 0
		for n < len(gap) && skip == 0 {
			if skip = lineEnd(gap[n:]); skip == 0 {
				n++
			}
		}
		if !beforeLine(gap[:n]) {
			return false
		}
		gap = gap[n+skip:]
	}
	return true
}

// beforeLine reports whether s holds no words but a number, or a name and a colon.
func beforeLine(s []byte) bool {
	s = bytes.Trim(s, " \t\r\"'`+,;|>#*\\")
	digits, name := 0, 0
	for name < len(s) && (dotSet[s[name]] || s[name] == '/') {
		if isDigit(s[name]) {
			digits++
		}
		name++
	}
	if name == len(s) {
		return digits == len(s) && digits <= 6
	}
	return name > 0 && s[name] == ':'
}

// endLine is the length of an END line.
func endLine(s []byte) int {
	rest := s[len(pemEnd):]
	if k := bytes.Index(rest, []byte("-----")); k >= 0 && k < 64 {
		return len(pemEnd) + k + 5
	}
	return len(pemEnd)
}

// shortLine is the length of what a block that was cut off leaves of its last line.
func shortLine(s []byte) int {
	k := 0
	for k < len(s) && isSpace(s[k]) {
		k++
	}
	if k == 0 || k > 4 {
		return 0
	}
	end := stripeSet.end(s, k, len(s))
	if end-k < 4 || end < len(s) && !isSpace(s[end]) {
		return 0
	}
	return end
}
