package journal

import (
	"errors"
	"fmt"
)

// What can be wrong with a block. ErrLedger is found by a Ledger only, the others without a price book.
var (
	ErrTruncated = errors.New("the block ends too early")
	ErrTrailing  = errors.New("bytes follow the block")
	ErrEdited    = errors.New("the hash does not fit the bytes")
	ErrMalformed = errors.New("the bytes are no block of this version")
	ErrTooLarge  = errors.New("there is more than a block can hold")
	ErrForeign   = errors.New("the block or a machine in it belongs elsewhere")
	ErrSequence  = errors.New("a block is missing, repeated or out of order")
	ErrPrevious  = errors.New("the block does not follow on the one before")
	ErrTick      = errors.New("the tick is no boundary of five minutes after the last one")
	ErrLedger    = errors.New("the block does not say what the facts before it say")
)

// Error is what is wrong with a block, and where. It wraps one of the errors above.
type Error struct {
	Shard    uint32
	Sequence uint64 // as the block says itself, as far as it could be read
	Offset   int64  // of the byte, in the block or in the stream of blocks
	Detail   string
	Err      error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("journal of shard %d, block %d, byte %d: %v", e.Shard, e.Sequence, e.Offset, e.Err)
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// fault makes an error about the block.
func (b *Block) fault(offset int, err error, format string, args ...any) *Error {
	return &Error{Shard: b.Shard, Sequence: b.Sequence, Offset: int64(offset), Err: err, Detail: fmt.Sprintf(format, args...)}
}

// RefusedError is why a fact was left out of a block. It wraps meter.ErrFact or pricebook.ErrOverflow.
type RefusedError struct {
	Account, Key string
	Err          error
}

func (e *RefusedError) Error() string { return e.Err.Error() }

func (e *RefusedError) Unwrap() error { return e.Err }

// Refusals takes an error of Learn apart: what was left out, and what else is wrong.
func Refusals(err error) (refused []*RefusedError, rest error) {
	if err == nil {
		return nil, nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err
	}
	for _, e := range joined.Unwrap() {
		if r := (*RefusedError)(nil); errors.As(e, &r) {
			refused = append(refused, r)
		} else {
			rest = errors.Join(rest, e)
		}
	}
	return refused, rest
}
