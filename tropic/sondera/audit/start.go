package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// start finds the end of the log, puts right what a crash has left of the last write, and says what it found.
func (l *Log) start() error {
	h, err := l.openHead()
	if err != nil {
		return err
	}
	if l.active.file, err = l.dir.open(activeName, activeFlags); err != nil {
		return err
	}
	c, torn, err := l.findEnd(h)
	if err != nil {
		return err
	}
	if err := l.checkKey(c, h); err != nil {
		return err
	}
	notes := l.takePosition(c, h)
	if h.damaged > 0 || h.size != headSize {
		if err := l.head.reset(l.written.Load().head, h.best); err != nil {
			return err
		}
	}
	opening := line{kind: kindOpen, torn: torn}
	opening.note, _ = beginning(strings.Join(notes, "; "), maxNote)
	return l.sayOpened(opening.body())
}

func (l *Log) openHead() (headFile, error) {
	f, err := l.dir.open(headName, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return headFile{}, err
	}
	l.head.file = f
	return readHead(f, l.head.seal)
}

// findEnd follows the chain through the active file, or through the one before it too if the active file has no line
// that can be trusted.
func (l *Log) findEnd(h headFile) (c *chain, torn uint64, err error) {
	names, err := l.dir.list()
	if err != nil {
		return nil, 0, err
	}
	if rotated := rotatedFiles(names); len(rotated) > 0 {
		l.before = rotated[len(rotated)-1]
	}
	c = l.newChain(h)
	if torn, err = l.readActive(c); err != nil || c.trusted > 0 || l.before == "" {
		return c, torn, err
	}
	c = l.newChain(h)
	if err := l.readBefore(c); err != nil {
		return nil, 0, err
	}
	_, err = l.readActive(c)
	return c, torn, err
}

func (l *Log) newChain(h headFile) *chain {
	c := newChain(l.seal, 1)
	c.anchorHead(h)
	return c
}

func (l *Log) readBefore(c *chain) error {
	f, err := l.dir.open(l.before, os.O_RDONLY)
	if err != nil {
		return err
	}
	c.begin(l.before)
	_, err = c.follow(newLineReader(f))
	return errors.Join(err, f.Close())
}

// readActive also ends a last line that lacks only its newline, and cuts off one that lacks more.
func (l *Log) readActive(c *chain) (torn uint64, err error) {
	f := l.active.file
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	c.begin(activeName)
	tail, err := c.follow(newLineReader(io.NewSectionReader(f, 0, info.Size())))
	if err != nil {
		return 0, err
	}
	l.active.size = info.Size() - tail.size
	l.active.first, l.active.since = c.opened.seq, c.opened.time
	if tail.size == 0 {
		return 0, nil
	}
	if !tail.tooLong && c.extends(tail.text) {
		if _, err := f.Write([]byte{'\n'}); err != nil {
			return 0, err
		}
		c.add(tail)
		l.active.size += tail.size + 1
		l.active.first, l.active.since = c.opened.seq, c.opened.time
		return 0, nil
	}
	return uint64(tail.size), f.Truncate(l.active.size) //nolint:gosec // not negative
}

// checkKey tells a wrong key from a log in which some lines were forged.
func (l *Log) checkKey(c *chain, h headFile) error {
	switch {
	case !l.seal.keyed() && (c.unchecked > 0 || h.keyed):
		return fmt.Errorf("%w: it was written with a key and none is given", ErrKey)
	case l.seal.keyed() && c.trusted == 0 && (c.forged > 0 || h.forged > 0 && !h.found):
		return fmt.Errorf("%w: nothing at its end was written with the key that is given; "+
			"begin a new log in another directory to change the key", ErrKey)
	}
	return nil
}

// takePosition decides where the chain goes on: at the end of the log or, if lines that the head names are gone, after
// them, so that the hole stays to be seen. It returns what is wrong with the log.
func (l *Log) takePosition(c *chain, h headFile) (notes []string) {
	if c.report.FaultCount > 0 {
		notes = append(notes, fmt.Sprintf("%d faults at the end of the log, the first: %v", c.report.FaultCount, c.report.Faults[0]))
	}
	if h.damaged > 0 && (h.found || c.number > 0) {
		notes = append(notes, fmt.Sprintf("%d of 2 slots of %s cannot be trusted", h.damaged, headName))
	}
	l.next, l.prev = max(c.next, 1)+c.slack, c.hash
	if h.found && h.seq >= l.next {
		notes = append(notes, fmt.Sprintf("the log should end with line %d, but ends before line %d", h.seq, l.next))
	}
	if h.found && h.seq+1 >= l.next {
		l.next, l.prev = h.seq+1, h.last
	}
	l.oldest = max(h.oldest, c.oldest, 1)
	if l.active.first == 0 && l.active.size > 0 { // its first line is lost
		l.active.first, l.active.since = l.next, l.options.Now()
	}
	l.written.Store(&written{l.active.file, head{seq: l.next - 1, last: l.prev, oldest: l.oldest}})
	return notes
}

func (l *Log) sayOpened(body []byte) error {
	if err := l.rotate(len(body)); err != nil {
		return err
	}
	if err := l.write(kindOpen, body); err != nil {
		return err
	}
	return l.head.write(l.written.Load().head)
}
