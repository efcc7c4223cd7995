package redact

import "bytes"

// shape is a provider's token: a fixed lead, then a body of one charset.
type shape struct {
	lead  string
	class string
	body  *charset
	least int // bytes of body that a token has at least, if it has a digit
	full  int // bytes of body from which on letters alone are believed
}

// probe bounds the part of a body that is judged; what follows in the charset belongs to the token unseen.
const probe = 96

func (sh *shape) match(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte(sh.lead)) || !s.begins(i) {
		return hit{}, false
	}
	from := i + len(sh.lead)
	judged := s.buf[from:sh.body.end(s.buf, from, min(hi, from+probe))]
	if !sh.fits(judged) {
		return hit{}, false
	}
	return s.token(hit{start: i, end: from + len(judged), class: sh.class}, sh.body, hi), true
}

// fits judges a body: long, of many different bytes, and not made of words.
func (sh *shape) fits(body []byte) bool {
	n := varietyOf(body)
	switch {
	case n.length < sh.least, n.distinct < 8, n.digits == 0 && n.length < sh.full:
		return false
	case sh.class == classSendGrid:
		return bytes.IndexByte(body, '.') >= 16
	case n.random():
		return true
	case n.other > 0 && n.digits == 0 && n.uppers == 0: // sk-ant-a-name-in-kebab-case-as-in-code
		return false
	case n.other > 0 && n.digits == 0 && n.lowers == 0: // GHP_A_CONSTANT
		return false
	}
	return !hasFillerWord(body)
}

// token takes what follows h in set for a part of it, also beyond the window. Only at the end of the text does the window
// end with the buffer.
func (s *scan) token(h hit, set *charset, hi int) hit {
	h.end = set.end(s.buf, h.end, hi)
	if h.end == hi && hi < len(s.buf) {
		h.tail = tail{set: set}
		return h
	}
	for set['.'] && h.end > h.start && s.buf[h.end-1] == '.' {
		h.end-- // the full stop of a sentence
	}
	return h
}
