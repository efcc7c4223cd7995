package journal

import "github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"

// codeBits is how many bits of a line's number say which amount it has. One byte of a varint holds as many.
const codeBits = 7

// slots are the amounts that were last seen, each in a slot of its own value. Most machines run at one of a few rates
// through the whole interval, so most amounts are there.
type slots [1<<codeBits - 1]pricebook.Amount

// slot is where an amount is kept.
func slot(a pricebook.Amount) uint64 {
	const spread = 0x9E3779B97F4A7C15 // 2^64 by the golden ratio: multiples of a rate fall apart
	high := uint64(a) * spread >> 32  //nolint:gosec // any bits will do
	return high * uint64(len(slots{})) >> 32
}
