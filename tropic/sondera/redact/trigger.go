package redact

import "bytes"

// matcher looks at position i of the scan for one kind of secret and returns where it is. It may look back by lookback
// bytes and ahead to hi, never further.
type matcher func(s *scan, i, hi int) (hit, bool)

// triggers name the matchers that may begin at a pair of bytes. Most pairs have none, so most bytes cost one look-up.
type triggers struct {
	index   [65536]uint16 // of the pair's bucket, 0 for none
	buckets []bucket
}

// bucket is what may begin with one pair of bytes. Exact values are tried first.
type bucket struct {
	known    []pattern
	matchers []matcher
}

// build fills the table. The order of shapes and specials is that in which they are tried.
func (t *triggers) build(known []pattern) {
	t.buckets = make([]bucket, 1)
	for _, p := range known {
		b := t.bucket(p.text[0], p.text[1])
		b.known = append(b.known, p)
	}
	for _, sh := range shapes {
		b := t.bucket(sh.lead[0], sh.lead[1])
		b.matchers = append(b.matchers, sh.match)
	}
	for _, sp := range specials() {
		for _, pair := range sp.pairs {
			b := t.bucket(pair[0], pair[1])
			b.matchers = append(b.matchers, sp.match)
		}
	}
}

func (t *triggers) bucket(a, b byte) *bucket {
	i := &t.index[int(a)<<8|int(b)]
	if *i == 0 {
		t.buckets = append(t.buckets, bucket{})
		*i = uint16(len(t.buckets) - 1) //nolint:gosec // specials and shapes have some hundreds of pairs, and a pair of '\xff' is the last of 65536
	}
	return &t.buckets[*i]
}

// next returns the first place in [i, stop) where anything may begin, or stop.
func (t *triggers) next(s []byte, i, stop int) int {
	if last := len(s) - 1; stop > last {
		if j := t.next(s, i, last); j < last {
			return j
		}
		return stop // one byte alone begins nothing
	}
	if i >= stop {
		return stop
	}
	a := int(s[i])
	for ; i < stop; i++ {
		b := int(s[i+1])
		if t.index[a<<8|b] != 0 {
			return i
		}
		a = b
	}
	return stop
}

func (t *triggers) at(s []byte, i int) *bucket {
	return &t.buckets[t.index[int(s[i])<<8|int(s[i+1])]]
}

// knownAt returns the length of the longest known value at i, 0 for none.
func (t *triggers) knownAt(s []byte, i int) int {
	p, ok := t.knownPattern(s, i)
	if !ok {
		return 0
	}
	return len(p.text)
}

func (t *triggers) knownPattern(s []byte, i int) (pattern, bool) {
	if i+1 >= len(s) {
		return pattern{}, false
	}
	for _, p := range t.at(s, i).known { // the longest first
		if bytes.HasPrefix(s[i:], p.text) {
			return p, true
		}
	}
	return pattern{}, false
}

// special is a matcher that is more than a lead and a body.
type special struct {
	pairs []string
	match matcher
}

func specials() []special {
	return []special{
		{[]string{"--"}, matchPEM},
		{[]string{"ey"}, matchJWT},
		{[]string{"be", "bE", "Be", "BE"}, matchBearer},
		{[]string{"ba", "bA", "Ba", "BA"}, matchBasic},
		{[]string{"AK", "AS", "AB", "AC"}, matchAWS},
		{[]string{"SK", "AC"}, matchTwilio},
		{[]string{":/"}, matchURL},
		{[]string{"--"}, matchFlag},
		{valuePairs(), matchAssignment},
		{percentPairs(), matchPercent},
	}
}

// valuePairs are = and : with what may follow before or at the start of a value; "==", ":=" and "=>" are none.
func valuePairs() []string {
	var pairs []string
	for b := range 256 {
		c := byte(b)
		if c == '=' || c == '>' || c == '\n' || c == '\r' || c == ')' || c == ']' || c == '}' || c == ',' || c == ';' {
			continue
		}
		pairs = append(pairs, string([]byte{'=', c}))
		if c != ':' && c != '/' {
			pairs = append(pairs, string([]byte{':', c}))
		}
	}
	return append(pairs, ":=")
}

func percentPairs() []string {
	var pairs []string
	for _, c := range []byte("0123456789abcdefABCDEF") {
		pairs = append(pairs, string([]byte{'%', c}))
	}
	return pairs
}
