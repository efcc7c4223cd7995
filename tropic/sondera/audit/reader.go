package audit

import (
	"bufio"
	"errors"
	"io"
)

// lineReader splits a file into lines, in a buffer of maxLine bytes whatever the file holds.
type lineReader struct {
	in *bufio.Reader
}

func newLineReader(in io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(in, maxLine)}
}

func (r *lineReader) reset(in io.Reader) { r.in.Reset(in) }

// rawLine is a line before it is decoded.
type rawLine struct {
	text    []byte // without the newline; valid until the next call; only the beginning when tooLong
	size    int64  // in the file, newline included
	ended   bool   // by a newline
	tooLong bool
}

// next returns io.EOF after the last line.
func (r *lineReader) next() (rawLine, error) {
	text, err := r.in.ReadSlice('\n')
	l := rawLine{text: text, size: int64(len(text))}
	for errors.Is(err, bufio.ErrBufferFull) {
		l.tooLong, l.text = true, nil
		text, err = r.in.ReadSlice('\n')
		l.size += int64(len(text))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return rawLine{}, err
	}
	if l.size == 0 {
		return rawLine{}, io.EOF
	}
	l.ended = err == nil
	if l.ended && !l.tooLong {
		l.text = l.text[:len(l.text)-1]
	}
	return l, nil
}
