package journal

import (
	"bufio"
	"errors"
	"io"
	"iter"
)

// Read reads blocks that are written one after the other. After the first error, which is an *Error or the reader's own,
// there are no more. Offsets in errors are those in the stream.
func Read(r io.Reader) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		in := bufio.NewReaderSize(r, 1<<16)
		for offset := int64(0); ; {
			b, err := next(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(b, displaced(err, offset)) || err != nil {
				return
			}
			offset += int64(len(b.Bytes))
		}
	}
}

// next reads the next block; io.EOF says that there is none.
func next(in *bufio.Reader) (Block, error) {
	head, err := in.Peek(maxHeader)
	if len(head) == 0 || err != nil && !errors.Is(err, io.EOF) {
		return Block{}, err
	}
	var b Block
	start, size, err := b.header(head)
	if err != nil {
		return Block{}, err
	}
	data, err := take(in, start+size+len(b.Hash))
	if err != nil {
		return Block{}, err
	}
	return Decode(data)
}

// take reads n bytes, or fewer if there are no more. What a header promises may not be there: beyond some bytes, memory is
// taken as they come.
func take(in io.Reader, n int) ([]byte, error) {
	if n > 1<<16 {
		return io.ReadAll(io.LimitReader(in, int64(n)))
	}
	data := make([]byte, n)
	n, err := io.ReadFull(in, data)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return data[:n], err
}

// displaced is an error about a block that starts at an offset.
func displaced(err error, offset int64) error {
	if err == nil {
		return nil
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		e.Offset += offset
	}
	return err
}

// Verify reads a chain and tells where it ends. It finds every block that was edited, cut, removed, repeated or moved, but
// for a cut at the end, which a Head that is kept elsewhere shows. Whether lines are right, only a Ledger knows.
func Verify(r io.Reader, shard uint32) (Head, error) {
	c := NewChain(shard)
	var offset int64
	for b, err := range Read(r) {
		if err == nil {
			err = displaced(c.Append(b), offset)
		}
		if err != nil {
			return c.head, err
		}
		offset += int64(len(b.Bytes))
	}
	return c.head, nil
}
