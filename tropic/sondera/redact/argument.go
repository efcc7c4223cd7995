package redact

import "bytes"

// matchArgument finds a literal after a name in quotes: define('DB_PASSWORD', '…'), Header.Set("X-Api-Key", "…").
func matchArgument(s *scan, i, hi int) (hit, bool) {
	a, ok := s.keyBefore(i+1, i+1)
	if !ok {
		return hit{}, false
	}
	if a.kind = secretName(a.key); a.kind == notSecret {
		return hit{}, false
	}
	a.operator = ','
	return a.find(s, i+2, hi)
}

// readers are what names of functions begin with that take the name of a secret, not its value.
var readers = wordList("get find read has is lookup fetch load parse check validate verify compare test match print new delete remove create hash fmt err expect want should must assert")

// matchCall finds the literal in a call that sets a secret: setPassword("…").
func matchCall(s *scan, i, hi int) (hit, bool) {
	k := wordSet.begin(s.buf, i, max(s.floor(i), i-keyMost))
	a := assignment{key: s.buf[k:i], operator: '('}
	if a.kind = secretName(a.key); i-k < 3 || a.kind == notSecret {
		return hit{}, false
	}
	for _, w := range readers {
		if bytes.HasPrefix(bytes.ToLower(a.key), w) {
			return hit{}, false
		}
	}
	return a.find(s, i+1, hi)
}
