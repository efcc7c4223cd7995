package audit

import (
	"fmt"
	"sync"
)

// syncing is what is shared by those who wait for the disk.
type syncing struct {
	mu   sync.Mutex // guards done and the closing of files; taken after Log.mu
	done uint64     // lines up to this are on the disk
}

// Sync makes durable what was written so far.
func (l *Log) Sync() error {
	l.mu.Lock()
	closed, last := l.closed, l.next-1
	l.mu.Unlock()
	if closed {
		return ErrClosed
	}
	return l.syncUpTo(last)
}

// syncUpTo returns when the lines up to seq are on the disk. Whoever waits for another's fsync finds on its return, as
// a rule, that the next one has covered its own line too.
func (l *Log) syncUpTo(seq uint64) error {
	l.syncing.mu.Lock()
	defer l.syncing.mu.Unlock()
	if l.syncing.done >= seq {
		return nil
	}
	// A file is closed only when all its lines are on the disk, so the file of a line that is not is open.
	now := l.written.Load()
	if err := now.file.Sync(); err != nil {
		return fmt.Errorf("audit: the record may not be on the disk: %w", err)
	}
	l.syncing.done = now.head.seq
	return l.head.write(now.head)
}
