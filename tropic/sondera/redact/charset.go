package redact

import "bytes"

// charset is a set of bytes; a matcher consumes runs of one.
type charset [256]bool

var (
	alnum     = newCharset("")
	wordSet   = newCharset("_")
	dashSet   = newCharset("_-")
	dotSet    = newCharset("_-.")
	bearerSet = newCharset("-._~+/=")
	stripeSet = newCharset("+/=")
	slackSet  = newCharset("-")
	hookSet   = newCharset("/_-")
	keySet    = newCharset("_-.")
	userSet   = newCharset("_-.@+")
	// dotOrSlash is what names of files hold.
	dotOrSlash = newCharset("_-./")
	// base64Set joins the standard and the URL alphabet: a run is of one or the other, which decoding finds out.
	base64Set = newCharset("+/-_")
	// percentSet is what one component of a URL holds once it is encoded.
	percentSet = newCharset("%-._~+*!")
	// escapedSet is what a URL and the body of a form hold.
	escapedSet = newCharset("%-._~+*!=&:@$/?#;,")
)

// bareSet is what a value without quotes holds.
var bareSet = func() *charset {
	var c charset
	for b := range 256 {
		c[b] = b > ' ' && bytes.IndexByte([]byte("\"'`;&|<>),\\}]"), byte(b)) < 0
	}
	return &c
}()

// newCharset returns letters, digits and the extra bytes.
func newCharset(extra string) *charset {
	var c charset
	for b := range 256 {
		l := b | 0x20
		c[b] = b >= '0' && b <= '9' || l >= 'a' && l <= 'z' && b < 128
	}
	for _, b := range []byte(extra) {
		c[b] = true
	}
	return &c
}

// end returns where the run of set that begins at i stops, at most hi.
func (set *charset) end(s []byte, i, hi int) int {
	for i < hi && set[s[i]] {
		i++
	}
	return i
}

// begin returns where the run of set that ends before i starts, at least lo.
func (set *charset) begin(s []byte, i, lo int) int {
	for i > lo && set[s[i-1]] {
		i--
	}
	return i
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isLower(b byte) bool { return b >= 'a' && b <= 'z' }
func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
func isQuote(b byte) bool { return b == '"' || b == '\'' || b == '`' }
func isHex(b byte) bool {
	l := b | 0x20
	return isDigit(b) || l >= 'a' && l <= 'f'
}

func lower(b byte) byte {
	if isUpper(b) {
		return b | 0x20
	}
	return b
}
