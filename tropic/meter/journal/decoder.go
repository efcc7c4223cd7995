package journal

import "encoding/binary"

// decoder reads numbers and texts. After the first error, it reads zeros.
type decoder struct {
	data  []byte
	at    int
	texts []string // in the order in which they were first read
	err   *Error   // the first, without the block's name
}

// failure is the first error, about block b.
func (d *decoder) failure(b *Block) error {
	if d.err == nil {
		return nil
	}
	d.err.Shard, d.err.Sequence = b.Shard, b.Sequence
	return d.err
}

func (d *decoder) fail(err error, format string, args ...any) {
	if d.err == nil {
		d.err = (&Block{}).fault(d.at, err, format, args...)
	}
}

// left is how many bytes there are.
func (d *decoder) left() uint64 { return uint64(len(d.data) - d.at) } //nolint:gosec // not negative

// take reads n bytes.
func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.data)-d.at {
		d.fail(ErrTruncated, "%d bytes are wanted, %d left", n, len(d.data)-d.at)
		return nil
	}
	out := d.data[d.at : d.at+n]
	d.at += n
	return out
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

// count reads a number that is not negative and not above most.
func (d *decoder) count(most uint64) uint64 {
	if d.err != nil {
		return 0
	}
	n, size := binary.Uvarint(d.data[d.at:])
	switch {
	case size == 0:
		d.fail(ErrTruncated, "it ends within a number")
	case size < 0 || n > most:
		d.fail(ErrMalformed, "a number is above %d", most)
	default:
		d.at += size
		return n
	}
	return 0
}

// number reads a number of either sign.
func (d *decoder) number() int64 {
	if d.err != nil {
		return 0
	}
	n, size := binary.Varint(d.data[d.at:])
	switch {
	case size == 0:
		d.fail(ErrTruncated, "it ends within a number")
	case size < 0:
		d.fail(ErrMalformed, "a number is too large")
	default:
		d.at += size
		return n
	}
	return 0
}

func (d *decoder) text() string {
	place := d.count(uint64(len(d.texts)))
	if d.err != nil {
		return ""
	}
	if place > 0 {
		return d.texts[place-1]
	}
	s := string(d.take(int(d.count(MaxBody)))) //nolint:gosec // bounded
	d.texts = append(d.texts, s)
	return s
}
