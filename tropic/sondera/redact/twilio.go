package redact

// matchTwilio finds SK (key) and AC (account) with 32 hexadecimal digits.
func matchTwilio(s *scan, i, hi int) (hit, bool) {
	const digits = 32
	end := i + 2 + digits
	if end > hi || !s.begins(i) || !s.ends(end) {
		return hit{}, false
	}
	for _, b := range s.buf[i+2 : end] {
		if !isDigit(b) && (b < 'a' || b > 'f') {
			return hit{}, false
		}
	}
	if varietyOf(s.buf[i+2:end]).distinct < 6 {
		return hit{}, false
	}
	return hit{start: i, end: end, class: classTwilio}, true
}
