package redact

import (
	"bytes"
	"encoding/base64"
)

// matchBearer finds the token after the word bearer.
func matchBearer(s *scan, i, hi int) (hit, bool) {
	from, ok := s.afterWord(i, hi, "bearer")
	if !ok {
		return hit{}, false
	}
	judged := s.buf[from:bearerSet.end(s.buf, from, min(hi, from+probe))]
	n := varietyOf(judged)
	mixed := n.length >= 24 && n.uppers >= 2 && n.lowers >= 2 && n.distinct >= 12 && n.other <= 1
	if n.length < 12 || n.distinct < 6 || n.digits == 0 && !mixed || isFiller(judged) {
		return hit{}, false
	}
	class := s.classAt(from, hi, classBearer)
	return s.token(hit{start: from, end: from + len(judged), class: class}, bearerSet, hi), true
}

// matchBasic finds name:password in base64 after the word basic.
func matchBasic(s *scan, i, hi int) (hit, bool) {
	from, ok := s.afterWord(i, hi, "basic")
	if !ok {
		return hit{}, false
	}
	end := base64Set.end(s.buf, from, min(hi, from+1024))
	if !isUserPassword(s.buf[from:end]) {
		return hit{}, false
	}
	for end < hi && s.buf[end] == '=' && end-from < 1028 {
		end++
	}
	return hit{start: from, end: end, class: classBasic}, true
}

// isUserPassword reports whether v is name:password in base64.
func isUserPassword(v []byte) bool {
	decoded, err := base64.RawStdEncoding.DecodeString(string(bytes.TrimRight(v, "=")))
	return err == nil && len(v) >= 8 && bytes.IndexByte(decoded, ':') > 0 && isPrintable(decoded)
}

func isPrintable(v []byte) bool {
	for _, b := range v {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return true
}

// afterWord returns where the text after word and its blanks begins, when word in any case stands at i.
func (s *scan) afterWord(i, hi int, word string) (int, bool) {
	if hi-i <= len(word) {
		return 0, false
	}
	for k := range len(word) {
		if lower(s.buf[i+k]) != word[k] {
			return 0, false
		}
	}
	if !s.begins(i) {
		return 0, false
	}
	from := i + len(word)
	for from < hi && from < i+len(word)+8 && (s.buf[from] == ' ' || s.buf[from] == '\t' || s.buf[from] == '+' && s.buf[from-1] != '+') {
		from++
	}
	return from, from > i+len(word) && from < hi
}
