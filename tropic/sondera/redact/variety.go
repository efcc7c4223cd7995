package redact

import (
	"bytes"
	"math"
)

// variety counts what a value is made of; it tells random values from words and from fillers.
type variety struct {
	length, distinct              int
	lowers, uppers, digits, other int
}

func varietyOf(v []byte) variety {
	var seen [256]bool
	n := variety{length: len(v)}
	for _, b := range v {
		if !seen[b] {
			seen[b] = true
			n.distinct++
		}
		switch {
		case isLower(b):
			n.lowers++
		case isUpper(b):
			n.uppers++
		case isDigit(b):
			n.digits++
		default:
			n.other++
		}
	}
	return n
}

func (n variety) letters() int { return n.lowers + n.uppers }

// random holds for what nobody types: long, of many bytes, with both cases and digits.
func (n variety) random() bool {
	return n.length >= 20 && n.distinct >= 10 && n.digits >= 3 && n.letters() >= 3
}

// scrambled holds for long values that mix the cases as no name in code does, even if they have few digits.
func (n variety) scrambled(v []byte) bool {
	if n.length < 24 || n.distinct < 16 || n.uppers < 6 || n.lowers < 6 || bytes.IndexByte(v, '.') >= 0 {
		return false
	}
	rises, runs := 0, 0
	for i := 1; i < len(v); i++ {
		switch {
		case isUpper(v[i]) && isLower(v[i-1]):
			rises++
		case isUpper(v[i]) && isUpper(v[i-1]):
			runs++
		}
	}
	return rises*6 >= n.length && runs*10 >= n.length
}

// entropy is Shannon's, in bits per byte.
func entropy(v string) float64 {
	var count [256]int
	for i := range len(v) {
		count[v[i]]++
	}
	var bits float64
	for _, c := range count {
		if c > 0 {
			p := float64(c) / float64(len(v))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// fillers are the words that documents put where a secret goes.
var fillers = [][]byte{
	[]byte("example"), []byte("sample"), []byte("changeme"), []byte("change-me"), []byte("change_me"),
	[]byte("placeholder"), []byte("your"), []byte("redacted"), []byte("replace"), []byte("insert"), []byte("dummy"),
	[]byte("fake"), []byte("xxxx"), []byte("****"), []byte("todo"), []byte("goes-here"), []byte("goes_here"),
}

// isFiller reports whether v stands for a secret rather than being one.
func isFiller(v []byte) bool {
	if isReference(v) {
		return true
	}
	n := varietyOf(v)
	if n.distinct <= 3 {
		return true
	}
	if n.random() {
		return false // forty random bytes may spell "fake"
	}
	return hasFillerWord(v)
}

func hasFillerWord(v []byte) bool {
	l := bytes.ToLower(v)
	for _, w := range fillers {
		if bytes.Contains(l, w) {
			return true
		}
	}
	return false
}

// isReference reports whether v names a value that is elsewhere: a template, a substitution, a format verb, a marker.
func isReference(v []byte) bool {
	if len(v) == 0 {
		return true
	}
	switch v[0] {
	case '<', '{', '[', '$', '(':
		return true
	case '%':
		return len(v) < 3 || !isHex(v[1]) || !isHex(v[2])
	}
	if bytes.HasPrefix(v, []byte("arn:")) || bytes.HasPrefix(v, []byte("urn:")) {
		return true
	}
	for _, sign := range []string{"${", "$(", "{{", "}}", "<", "...", "…", Marker} {
		if bytes.Contains(v, []byte(sign)) {
			return true
		}
	}
	return false
}
