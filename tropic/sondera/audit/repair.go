package audit

import (
	"bytes"
	"errors"
	"io"
)

// repair cuts off what a failed write has left of its line. Complete lines stay, whoever wrote them.
func (l *Log) repair() error {
	if !l.active.damaged {
		return nil
	}
	info, err := l.active.file.Stat()
	if err != nil {
		return err
	}
	size, err := completeSize(l.active.file, info.Size())
	if err != nil {
		return err
	}
	if size < info.Size() {
		if err := l.active.file.Truncate(size); err != nil {
			return err
		}
	}
	l.active.size, l.active.damaged = size, false
	return nil
}

// completeSize is how much of the file its last newline ends.
func completeSize(f io.ReaderAt, size int64) (int64, error) {
	window := make([]byte, min(size, maxLine))
	from := size - int64(len(window))
	if _, err := f.ReadAt(window, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	last := bytes.LastIndexByte(window, '\n')
	if last < 0 && from > 0 {
		return 0, errors.New("what follows the last complete line is longer than a line can be")
	}
	return from + int64(last) + 1, nil
}
