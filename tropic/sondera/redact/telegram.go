package redact

const telegramSecret = 35 // bytes after the colon

// matchTelegram finds a bot token: the bot's number, a colon and 35 characters. In a URL the word bot stands before it.
func matchTelegram(s *scan, i, hi int) (hit, bool) {
	start := i
	for start > s.floor(i) && i-start < 12 && isDigit(s.buf[start-1]) {
		start--
	}
	end := i + 1 + telegramSecret
	if i-start < 7 || i-start > 11 || end > hi || dashSet.end(s.buf, i+1, end) < end || !s.ends(end) {
		return hit{}, false
	}
	if start > 0 && alnum[s.buf[start-1]] && !s.begins(start) && s.buf[start-1] != 't' {
		return hit{}, false
	}
	if n := varietyOf(s.buf[i+1 : end]); n.distinct < 12 || n.letters() < 16 {
		return hit{}, false
	}
	return hit{start: start, end: end, class: classTelegram}, true
}

// telegramClass is the class of a bot token that begins at i, whose matcher begins at the colon, or else.
func (s *scan) telegramClass(i, hi int, otherwise string) string {
	colon := i
	for colon < hi && colon-i < 12 && isDigit(s.buf[colon]) {
		colon++
	}
	if colon < hi && s.buf[colon] == ':' {
		if h, ok := matchTelegram(s, colon, hi); ok && h.start == i {
			return h.class
		}
	}
	return otherwise
}
