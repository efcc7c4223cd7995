package redact

// matchDiscord finds a bot token: the bot's number in base64, a time stamp and a signature, joined by full stops.
func matchDiscord(s *scan, i, hi int) (hit, bool) {
	id := alnum.end(s.buf, i, min(hi, i+32))
	if id-i < 23 || id-i > 28 || id+8 > hi || s.buf[id] != '.' || !s.begins(i) {
		return hit{}, false
	}
	stamp := id + 1 + 6
	if dashSet.end(s.buf, id+1, stamp) < stamp || s.buf[stamp] != '.' {
		return hit{}, false
	}
	end := dashSet.end(s.buf, stamp+1, min(hi, stamp+1+64))
	if end-stamp-1 < 27 || end-stamp-1 > 45 || !varietyOf(s.buf[i:end]).random() {
		return hit{}, false
	}
	return hit{start: i, end: end, class: classDiscord}, true
}
