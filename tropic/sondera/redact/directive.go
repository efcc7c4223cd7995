package redact

import "bytes"

// directives are words after which a name and its value stand with nothing but blanks between.
var directives = []string{"ENV ", "#define ", "configure set ", "setx "}

// matchDirective finds the value in ENV NAME value of a Dockerfile and its like.
func matchDirective(s *scan, i, hi int) (hit, bool) {
	for _, d := range directives {
		if !bytes.HasPrefix(s.buf[i:hi], []byte(d)) || !s.begins(i) {
			continue
		}
		from := i + len(d)
		end := keySet.end(s.buf, from, min(hi, from+keyMost))
		a := assignment{key: s.buf[from:end], operator: ' ', spaced: true}
		if a.kind = secretName(a.key); a.kind == notSecret || end >= hi || s.buf[end] != ' ' {
			return hit{}, false
		}
		return a.find(s, end, hi)
	}
	return hit{}, false
}

const netrcLead = "machine "

// matchNetrc finds the password in machine HOST login NAME password VALUE.
func matchNetrc(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte(netrcLead)) || !lineStart(s.buf[s.floor(i):i]) {
		return hit{}, false
	}
	entry := s.buf[i:min(hi, i+judged)]
	at := len(netrcLead)
	for range 4 { // words and what they are for
		_, next := netrcWord(entry, at)
		key, end := netrcWord(entry, next)
		if string(key) == "password" {
			value, stop := netrcWord(entry, end)
			ok := len(value) >= 4 && !isFiller(value) && !typeWord(value) && !isCommonWord(value)
			return hit{start: i + stop - len(value), end: i + stop, class: classAssignment}, ok
		}
		if string(key) != "login" && string(key) != "account" {
			return hit{}, false
		}
		at = end
	}
	return hit{}, false
}

// netrcWord returns the next word of s from i on, and where it ends.
func netrcWord(s []byte, i int) ([]byte, int) {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	start := i
	for i < len(s) && !isSpace(s[i]) {
		i++
	}
	return s[start:i], i
}
