package journal

import "github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"

// codeBits is how many bits of a line's number say which amount it has. One byte of a varint holds as many.
const codeBits = 7

// ways is how many amounts share a set: fewer rates than that never push one another out.
const ways = 4

// slots are the amounts that were last seen, each in the set of its value, the newest first. Most machines run at one of a
// few rates through the whole interval, so most amounts are there. They have codes from 1; no amount is zero.
type slots [(1<<codeBits - 1) / ways][ways]pricebook.Amount

// code tells where an amount is, or 0.
func (s *slots) code(a pricebook.Amount) uint64 {
	set := setOf(a)
	for way, kept := range s[set] {
		if kept == a {
			return set*ways + uint64(way) + 1
		}
	}
	return 0
}

// amount is what a code stands for, or 0.
func (s *slots) amount(code uint64) pricebook.Amount {
	if code == 0 || code > uint64(len(s))*ways {
		return 0
	}
	return s[(code-1)/ways][(code-1)%ways]
}

// keep puts an amount into its set; the oldest there goes.
func (s *slots) keep(a pricebook.Amount) {
	set := &s[setOf(a)]
	copy(set[1:], set[:])
	set[0] = a
}

func setOf(a pricebook.Amount) uint64 {
	const spread = 0x9E3779B97F4A7C15 // 2^64 by the golden ratio: multiples of a rate fall apart
	high := uint64(a) * spread >> 32  //nolint:gosec // any bits will do
	return high * uint64(len(slots{})) >> 32
}
