package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// maxHeader is the most bytes there can be before a body.
const maxHeader = 1 + 2*binary.MaxVarintLen64 + binary.MaxVarintLen64 + len(Hash{}) + binary.MaxVarintLen32

// Decode reads one block, which must be all of data, and keeps data as its Bytes. The error is an *Error. What it takes in
// memory is bounded by the length of data.
func Decode(data []byte) (Block, error) {
	var b Block
	start, size, err := b.header(data)
	if err != nil {
		return Block{}, err
	}
	end := start + size
	switch whole := end + len(b.Hash); {
	case len(data) < whole:
		return Block{}, b.fault(len(data), ErrTruncated, "it has %d bytes of %d", len(data), whole)
	case len(data) > whole:
		return Block{}, b.fault(whole, ErrTrailing, "it has %d bytes instead of %d", len(data), whole)
	}
	b.Hash = sha256.Sum256(data[:end])
	if !bytes.Equal(b.Hash[:], data[end:]) {
		return Block{}, b.fault(end, ErrEdited, "%s instead of %x", b.Hash, data[end:])
	}
	if err := b.body(data[:end], start); err != nil {
		return Block{}, err
	}
	if err := b.check(); err != nil {
		return Block{}, err
	}
	if again, _ := b.encode(); !bytes.Equal(again, data[:end]) {
		return Block{}, b.fault(differ(again, data), ErrMalformed, "it is not written in the one way there is")
	}
	b.Bytes = data
	return b, nil
}

// header reads what comes before the body, and tells where that starts and how long it is.
func (b *Block) header(data []byte) (start, size int, err error) {
	d := decoder{data: data}
	if v := d.byte(); d.err == nil && v != version {
		return 0, 0, b.fault(0, ErrMalformed, "version %d, known is %d", v, version)
	}
	b.Shard = uint32(d.count(math.MaxUint32)) //nolint:gosec // bounded
	b.Sequence = d.count(math.MaxUint64)
	b.Tick = meter.Instant(d.count(uint64(lastTick/Interval))) * Interval //nolint:gosec // bounded
	copy(b.Previous[:], d.take(len(b.Previous)))
	size = int(d.count(MaxBody)) //nolint:gosec // bounded
	return d.at, size, d.failure(b)
}

// body reads the entries. Bytes that follow them are found by writing the block again.
func (b *Block) body(data []byte, start int) error {
	d := decoder{data: data, at: start}
	if b.Tick == 0 {
		b.Facts = d.facts()
	} else {
		b.Lines = d.lines()
	}
	return d.failure(b)
}

// differ is the first byte at which a and b do.
func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// facts is the other side of encoder.facts.
func (d *decoder) facts() []meter.Fact {
	const least = 19 // bytes of a fact
	n := d.count(d.left() / least)
	facts := make([]meter.Fact, n)
	var last meter.Instant
	for i := range facts {
		f := &facts[i]
		for _, s := range texts(f) {
			*s = d.text()
		}
		f.Effective = last + meter.Instant(d.number())
		f.Recorded = f.Effective + meter.Instant(d.number())
		last = f.Effective
		f.Amount, f.Priority, f.Expires = pricebook.Amount(d.number()), int(d.number()), meter.Instant(d.number())
		f.CostCents = d.number()
		f.Limits.DailyCap, f.Limits.MaxSession = pricebook.Amount(d.number()), time.Duration(d.number())
		f.Limits.Grace = time.Duration(d.number())
		if d.err != nil {
			return nil
		}
	}
	return facts
}

// lines is the other side of encoder.lines.
func (d *decoder) lines() []Line {
	n := d.count(d.left())
	if d.err != nil || n == 0 {
		return nil
	}
	lines := make([]Line, n)
	var seen slots
	var next uint64
	for i := range lines {
		head := d.count(math.MaxUint32<<codeBits | (1<<codeBits - 1))
		machine := next + head>>codeBits
		next = machine + 1
		code := head & (1<<codeBits - 1)
		amount := seen.amount(code)
		if code == 0 {
			amount = pricebook.Amount(d.number())
			seen.keep(amount)
		}
		if machine > math.MaxUint32 {
			d.fail(ErrMalformed, "machine %d", machine)
		}
		if d.err != nil {
			return nil
		}
		lines[i] = Line{uint32(machine), amount} //nolint:gosec // checked
	}
	return lines
}
