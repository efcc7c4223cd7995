package audit

import (
	"bufio"
	"errors"
	"io"
)

// lineReader splits a file into lines. It holds one line of at most maxLine bytes, whatever the file holds.
type lineReader struct {
	in   *bufio.Reader
	long []byte // a line that is longer than the buffer of in
}

const readBuffer = 64 << 10

func newLineReader(in io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(in, readBuffer)}
}

func (r *lineReader) reset(in io.Reader) { r.in.Reset(in) }

// rawLine is a line before it is decoded.
type rawLine struct {
	text    []byte // without the newline; valid until the next call; nil when tooLong
	size    int64  // in the file, newline included
	ended   bool   // by a newline
	tooLong bool
}

// next returns io.EOF after the last line.
func (r *lineReader) next() (rawLine, error) {
	text, err := r.in.ReadSlice('\n')
	size := int64(len(text))
	if errors.Is(err, bufio.ErrBufferFull) {
		text, size, err = r.rest(text)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return rawLine{}, err
	}
	if size == 0 {
		return rawLine{}, io.EOF
	}
	l := rawLine{text: text, size: size, ended: err == nil, tooLong: size > maxLine}
	if l.ended && !l.tooLong {
		l.text = text[:len(text)-1]
	}
	return l, nil
}

// rest reads on to the end of a line of which part is the beginning.
func (r *lineReader) rest(part []byte) (text []byte, size int64, err error) {
	r.long = append(r.long[:0], part...)
	size, err = int64(len(part)), bufio.ErrBufferFull
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = r.in.ReadSlice('\n')
		size += int64(len(part))
		if size <= maxLine {
			r.long = append(r.long, part...)
		}
	}
	if size > maxLine {
		return nil, size, err
	}
	return r.long, size, err
}
