package journal

import (
	"encoding/binary"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

const version = 1

// encode writes the block but for its hash, and tells where its body starts.
func (b *Block) encode() (data []byte, start int) {
	// the body's length comes before it, so the body is written first, behind room for the longest header
	body := encoder{out: make([]byte, maxHeader, maxHeader+16+len(b.Lines)*2+len(b.Facts)*128+len(Hash{}))}
	if b.Tick == 0 {
		body.facts(b.Facts)
	} else {
		body.lines(b.Lines)
	}
	var room [maxHeader]byte
	header := append(room[:0], version)
	header = binary.AppendUvarint(header, uint64(b.Shard))
	header = binary.AppendUvarint(header, b.Sequence)
	header = binary.AppendUvarint(header, uint64(b.Tick/Interval)) //nolint:gosec // checked: not negative
	header = append(header, b.Previous[:]...)
	header = binary.AppendUvarint(header, uint64(len(body.out)-maxHeader)) //nolint:gosec // not negative
	data = body.out[maxHeader-len(header):]
	copy(data, header)
	return data, len(header)
}

// encoder writes the body of a block.
type encoder struct {
	out   []byte
	texts map[string]uint64 // place of those written, from 1
}

func (e *encoder) number(n int64) { e.out = binary.AppendVarint(e.out, n) }
func (e *encoder) count(n uint64) { e.out = binary.AppendUvarint(e.out, n) }
func (e *encoder) text(s string) {
	if at, known := e.texts[s]; known {
		e.count(at)
		return
	}
	e.texts[s] = uint64(len(e.texts)) + 1
	e.count(0)
	e.count(uint64(len(s)))
	e.out = append(e.out, s...)
}

// facts writes facts; instants are written as what they differ by, which is little.
func (e *encoder) facts(facts []meter.Fact) {
	e.texts = make(map[string]uint64, 2*len(facts)+8)
	e.count(uint64(len(facts)))
	var last meter.Instant
	for i := range facts {
		f := &facts[i]
		for _, s := range texts(f) {
			e.text(*s)
		}
		e.number(int64(f.Effective - last))
		e.number(int64(f.Recorded - f.Effective))
		last = f.Effective
		for _, n := range []int64{
			int64(f.Amount), int64(f.Priority), int64(f.Expires), f.CostCents, int64(f.Limits.DailyCap), int64(f.Limits.MaxSession),
			int64(f.Limits.Grace),
		} {
			e.number(n)
		}
	}
}

// texts are the members of a fact that are texts, in the order in which they are written.
func texts(f *meter.Fact) [10]*string {
	return [...]*string{
		&f.Key, (*string)(&f.Kind), &f.Account, &f.Instance, &f.InstanceType, &f.Model, &f.Limits.Zone,
		(*string)(&f.Confidence), &f.Evidence, &f.Reason,
	}
}

// bound is how many bytes facts take at most.
func bound(facts []meter.Fact) int {
	const numbers = 9
	size := binary.MaxVarintLen64
	for i := range facts {
		size += numbers * binary.MaxVarintLen64
		for _, s := range texts(&facts[i]) {
			size += 2*binary.MaxVarintLen32 + len(*s)
		}
	}
	return size
}

// lines writes lines.
func (e *encoder) lines(lines []Line) {
	e.count(uint64(len(lines)))
	var seen slots
	var next uint64
	for _, line := range lines {
		gap := (uint64(line.Machine) - next) << codeBits
		next = uint64(line.Machine) + 1
		code := seen.code(line.Amount)
		e.count(gap | code)
		if code == 0 {
			seen.keep(line.Amount)
			e.number(int64(line.Amount))
		}
	}
}
