package audit

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Errors that a caller may tell apart, with errors.Is. What the operating system said (syscall.ENOSPC for a full disk)
// can be found in the other errors in the same way.
var (
	// ErrClosed is returned for every use of a log after Close.
	ErrClosed = errors.New("audit: the log is closed")
	// ErrLocked says that the log is open elsewhere, in this process or another.
	ErrLocked = errors.New("the log is open elsewhere; a log has one writer")
	// ErrKey says that the log began with another key, or with one where none is given, or without one.
	ErrKey = errors.New("audit: not the key of this log")
)

// Log is an open audit log. Its methods may be called concurrently.
type Log struct {
	options Options
	dir     directory

	mu      sync.Mutex // guards all up to written; taken before syncing.mu
	closed  bool
	seal    *sealer
	buffer  []byte
	next    uint64 // sequence of the next line
	prev    digest // hash of the line before it
	oldest  uint64 // first sequence that retention has left
	active  active
	before  string // name of the file before active
	failed  uint64 // records that could not be written since the last line
	note    string // what the next line of kindResume has to say
	written atomic.Pointer[written]

	head    headWriter
	syncing syncing
}

// active is the file that is being written.
type active struct {
	file    file   // nil until it is made
	size    int64  // of its complete lines
	first   uint64 // sequence of its first line; 0 until that is written
	since   time.Time
	damaged bool // may end in part of a line
}

// written is how far the log has come.
type written struct {
	file file
	head head
}

// Open opens the log in dir for writing, begins one if there is none, and puts right what a crash has left. What it
// found is the first thing that it writes. It fails with ErrLocked if another writer has the log open, and with ErrKey
// if the log was not written with this key; a log with faults is continued, so that they stay to be seen.
func Open(dir string, o Options) (*Log, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	d, err := lockDirectory(dir, o.Group)
	if err != nil {
		return nil, err
	}
	return openIn(d, o)
}

// openIn takes the directory over, even if it fails.
func openIn(d directory, o Options) (*Log, error) {
	l := &Log{options: o, dir: d, seal: newSealer(o.Key), head: headWriter{seal: newSealer(o.Key)}}
	if err := l.start(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// Append writes one record. An error means that it cannot be relied on that the record is in the log: the caller must
// not go on with the call. The next Append tries anew, and says in the log how many records were lost before.
func (l *Log) Append(r Record) error {
	p, err := prepare(r, l.options.MaxParams)
	if err != nil {
		return err
	}
	body := recordBody(p)
	seq, err := l.append(body)
	if err != nil {
		return err
	}
	if l.options.Sync == SyncAlways {
		return l.syncUpTo(seq)
	}
	return nil
}

func (l *Log) append(body []byte) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return 0, ErrClosed
	}
	err := l.ready(len(body))
	if err == nil {
		err = l.write(kindDecision, body)
	}
	if err != nil {
		l.failed++
		l.note, _ = beginning(err.Error(), maxNote)
		return 0, fmt.Errorf("audit: the record is not in the log, which goes on when the cause is gone: %w", err)
	}
	if l.options.Sync == SyncNever {
		return l.next - 1, l.head.write(l.written.Load().head)
	}
	return l.next - 1, nil
}

// ready makes the active file ready for a line of about this size.
func (l *Log) ready(size int) error {
	if err := l.repair(); err != nil {
		return err
	}
	if err := l.rotate(size); err != nil {
		return err
	}
	if l.failed == 0 && l.note == "" {
		return nil
	}
	resume := line{kind: kindResume, failed: l.failed, note: l.note}
	if err := l.write(kindResume, resume.body()); err != nil {
		return err
	}
	l.failed, l.note = 0, ""
	return nil
}

// write writes one line with one call and moves the chain on. If that fails, no part of the line is left, or the file
// is known to be damaged.
func (l *Log) write(kind string, body []byte) error {
	if l.next > maxNumber {
		return errors.New("the log has used up its sequences")
	}
	text, hash := appendLine(l.buffer[:0], l.next, l.options.Now(), kind, body, l.prev, l.seal)
	text = append(text, '\n')
	l.buffer = text
	if _, err := l.active.file.Write(text); err != nil {
		l.active.damaged = true
		return errors.Join(err, l.repair())
	}
	l.active.size += int64(len(text))
	l.next, l.prev = l.next+1, hash
	l.written.Store(&written{l.active.file, head{seq: l.next - 1, last: hash, oldest: l.oldest}})
	return nil
}

// Head names the last line. Kept at another place, it shows later whether the log was cut short (see VerifyOptions).
func (l *Log) Head() Anchor {
	h := l.written.Load().head
	return place{h.seq, h.last}.anchor()
}

// Close makes what was written durable and releases the log.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.closed = true
	return errors.Join(l.syncUpTo(l.next-1), l.release())
}

// release gives back all that the log holds.
func (l *Log) release() error {
	err := l.head.close()
	if l.active.file != nil {
		err = errors.Join(err, l.active.file.Close())
	}
	return errors.Join(err, l.dir.close())
}
