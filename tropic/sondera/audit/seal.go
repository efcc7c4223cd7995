package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// digest is a SHA-256 or an HMAC-SHA-256.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func appendDigest(dst []byte, field string, d digest) []byte {
	dst = append(dst, field...)
	dst = hex.AppendEncode(dst, d[:])
	return append(dst, '"')
}

const (
	fieldMAC  = `,"mac":"`
	fieldHash = `,"hash":"`
)

// sealer closes the texts of lines and head slots, and checks what was closed. It is not for concurrent use.
type sealer struct {
	mac hash.Hash // nil without a key
}

func newSealer(key []byte) *sealer {
	if len(key) == 0 {
		return &sealer{}
	}
	return &sealer{mac: hmac.New(sha256.New, key)}
}

func (s *sealer) keyed() bool { return s.mac != nil }

// seal appends with a key "mac", the HMAC of all that stands before it, then "hash", the SHA-256 of all that stands
// before it, and the closing brace.
func (s *sealer) seal(text []byte) ([]byte, digest) {
	if s.keyed() {
		text = appendDigest(text, fieldMAC, s.authenticate(text))
	}
	sum := digest(sha256.Sum256(text))
	text = appendDigest(text, fieldHash, sum)
	return append(text, '}'), sum
}

// closing is the end of a sealed text, as decoded.
type closing struct {
	mac, hash     digest
	hasMAC        bool
	macAt, hashAt int // where the fields begin
}

func intact(text []byte, c closing) bool {
	return sha256.Sum256(text[:c.hashAt]) == c.hash
}

// authentic says whether the text was sealed under the key; without a key it cannot tell and takes it.
func (s *sealer) authentic(text []byte, c closing) bool {
	if !s.keyed() {
		return true
	}
	if !c.hasMAC {
		return false
	}
	want := s.authenticate(text[:c.macAt])
	return hmac.Equal(want[:], c.mac[:])
}

func (s *sealer) authenticate(text []byte) (sum digest) {
	s.mac.Reset()
	s.mac.Write(text)
	s.mac.Sum(sum[:0])
	return sum
}
