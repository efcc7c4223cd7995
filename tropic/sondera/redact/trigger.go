package redact

import "bytes"

// matcher looks at position i of the scan for one kind of secret and returns where it is. It may look back by lookback
// bytes and ahead to hi, never further.
type matcher func(s *scan, i, hi int) (hit, bool)

// triggers name the matchers that may begin at a place by its first three bytes. Most places have none, so most bytes
// cost one look-up.
type triggers struct {
	index   [65536]uint16 // of the bucket of the first two, 0 for none
	buckets []bucket
}

// bucket is what may begin with one pair of bytes. Exact values are tried first.
type bucket struct {
	third    [256]bool // what may follow the pair
	known    []pattern
	matchers []matcher
}

// build fills the table. The order of shapes and specials is that in which they are tried.
func (t *triggers) build(known []pattern) {
	t.buckets = make([]bucket, 1)
	for _, p := range known {
		b := t.bucket(string(p.text[:3]))
		b.known = append(b.known, p)
	}
	for k := range shapes {
		b := t.bucket(shapes[k].lead)
		b.matchers = append(b.matchers, shapes[k].match)
	}
	for _, sp := range specials() {
		added := map[*bucket]bool{}
		for _, lead := range sp.leads {
			if b := t.bucket(lead); !added[b] {
				added[b] = true
				b.matchers = append(b.matchers, sp.match)
			}
		}
	}
}

// bucket returns that of lead, which has two bytes or more.
func (t *triggers) bucket(lead string) *bucket {
	i := &t.index[int(lead[0])<<8|int(lead[1])]
	if *i == 0 {
		t.buckets = append(t.buckets, bucket{})
		*i = uint16(len(t.buckets) - 1) //nolint:gosec // specials and shapes have some hundreds of pairs, and a pair of '\xff' is the last of 65536
	}
	b := &t.buckets[*i]
	for c := range b.third {
		b.third[c] = b.third[c] || len(lead) == 2 || lead[2] == byte(c)
	}
	return b
}

// next returns the first place in [i, stop) where anything may begin, or stop.
func (t *triggers) next(s []byte, i, stop int) int {
	if last := len(s) - 2; stop > last { // the last two bytes alone begin nothing
		if j := t.next(s, i, last); j < last {
			return j
		}
		return stop
	}
	if i >= stop {
		return stop
	}
	a := int(s[i])
	for ; i < stop; i++ {
		b := int(s[i+1])
		if k := t.index[a<<8|b]; k != 0 && t.buckets[k].third[s[i+2]] {
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

// special is a matcher that is more than a lead and a body, with what stands where it begins.
type special struct {
	leads []string
	match matcher
}

func specials() []special {
	return []special{
		{[]string{pemLead}, matchPEM},
		{[]string{puttyLead}, matchPuTTY},
		{[]string{"eyJ"}, matchJWT},
		{pairs("bB", "eE"), matchBearer},
		{pairs("bB", "aA"), matchBasic},
		{awsLeads, matchAWS},
		{[]string{"SK", "AC"}, matchTwilio},
		{[]string{":AA"}, matchTelegram},
		{pairs("MNO", "DTjz"), matchDiscord}, // digits in base64
		{[]string{"://"}, matchURL},
		{[]string{"--"}, matchFlag},
		{[]string{"-u", "-p", "-a "}, matchShortFlag},
		{directives, matchDirective},
		{[]string{netrcLead}, matchNetrc},
		{valuePairs(), matchAssignment},
		{pairs(">", alphanumeric), matchElement},
		{[]string{"| "}, matchCell},
		{[]string{`",`, `',`}, matchArgument},
		{[]string{`("`, `('`}, matchCall},
		{pairs("%", "0123456789abcdefABCDEF"), matchPercent},
	}
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// pairs joins each byte of first with each of second.
func pairs(first, second string) []string {
	var all []string
	for _, a := range []byte(first) {
		for _, b := range []byte(second) {
			all = append(all, string([]byte{a, b}))
		}
	}
	return all
}

// valuePairs are = and : with what may follow before or at the start of a value; "==" is none.
func valuePairs() []string {
	var all []string
	for b := range 256 {
		c := byte(b)
		if bytes.IndexByte([]byte("=\n\r)]},;"), c) >= 0 {
			continue
		}
		all = append(all, string([]byte{'=', c}))
		if c != ':' && c != '/' && c != '>' {
			all = append(all, string([]byte{':', c}))
		}
	}
	return append(all, ":=")
}
