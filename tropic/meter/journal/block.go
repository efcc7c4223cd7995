package journal

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Interval is how far ticks are apart, in milliseconds: ticks are its multiples.
const Interval meter.Instant = 300_000

// MaxBody is how many bytes the body of a block may have: that of a million lines fits in any case.
const MaxBody = 16 << 20

// lastTick is the last that a block may have, in the year 9999.
const lastTick = 253_402_300_800_000 - Interval

// Hash is that of a block. The first block of a chain has the zero hash before it.
type Hash [sha256.Size]byte

// String writes h in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Block is a link of the chain of a shard.
type Block struct {
	Shard    uint32
	Sequence uint64        // 0, 1, 2, …
	Tick     meter.Instant // of lines; 0 in a block of facts
	Previous Hash
	Facts    []meter.Fact // as they were learnt
	Lines    []Line       // by machine, each once

	Hash  Hash   // set by Seal and Decode
	Bytes []byte // the block as it is stored; set by Seal and Decode
}

// Line charges a machine at the block's tick.
type Line struct {
	Machine uint32           // its number in the chain
	Amount  pricebook.Amount // not zero; less than zero gives back what late evidence says was too much
}

// Seal encodes the block and sets its Hash and Bytes. The error wraps ErrMalformed, ErrTick or ErrTooLarge: the block says
// what no block can say.
func Seal(b Block) (Block, error) {
	if err := b.check(); err != nil {
		return Block{}, err
	}
	data, start := b.encode()
	if size := len(data) - start; size > MaxBody {
		return Block{}, b.fault(start, ErrTooLarge, "%d bytes in one block, more than %d", size, MaxBody)
	}
	b.Hash = sha256.Sum256(data)
	data = append(data, b.Hash[:]...)
	b.Bytes = data
	return b, nil
}

// check tells whether the block says something that a block can say.
func (b *Block) check() error {
	switch {
	case b.Tick < 0 || b.Tick > lastTick || b.Tick%Interval != 0:
		return b.fault(0, ErrTick, "%s", b.Tick)
	case b.Tick == 0 && len(b.Lines) > 0:
		return b.fault(0, ErrMalformed, "it has lines and no tick")
	case b.Tick == 0 && len(b.Facts) == 0:
		return b.fault(0, ErrMalformed, "it is empty and has no tick")
	case b.Tick != 0 && len(b.Facts) > 0:
		return b.fault(0, ErrMalformed, "it has facts and a tick")
	}
	for i, line := range b.Lines {
		if line.Amount == 0 {
			return b.fault(0, ErrMalformed, "the line of machine %d is zero", line.Machine)
		}
		if i > 0 && line.Machine <= b.Lines[i-1].Machine {
			return b.fault(0, ErrMalformed, "the line of machine %d comes after that of machine %d", line.Machine, b.Lines[i-1].Machine)
		}
	}
	return nil
}
