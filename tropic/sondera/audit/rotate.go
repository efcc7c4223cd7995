package audit

import (
	"fmt"
	"os"
)

const activeFlags = os.O_RDWR | os.O_CREATE | os.O_APPEND

// rotate ends the active file if it is due, and sees to it that there is one that has its first line. Where it fails
// it can be called again.
func (l *Log) rotate(size int) error {
	if l.due(size) {
		if err := l.retire(); err != nil {
			return err
		}
	}
	if l.active.file == nil {
		f, err := l.dir.open(activeName, activeFlags)
		if err != nil {
			return err
		}
		l.active = active{file: f}
	}
	if l.active.first != 0 {
		return nil
	}
	return l.begin()
}

// due says whether the active file has no room for a line with a body of this size, or is too old. A file has at least one line
// besides its first.
func (l *Log) due(size int) bool {
	a := &l.active
	if a.first == 0 || l.next <= a.first+1 {
		return false
	}
	if a.size+int64(size)+maxFrame > l.options.MaxBytes {
		return true
	}
	return l.options.MaxAge > 0 && l.options.Now().Sub(a.since) >= l.options.MaxAge
}

// retire gives the active file its final name and closes it, when all of it is on the disk.
func (l *Log) retire() error {
	l.syncing.mu.Lock()
	defer l.syncing.mu.Unlock()
	if err := l.active.file.Sync(); err != nil {
		return err
	}
	l.syncing.done = l.next - 1
	name := rotatedName(l.active.first)
	if err := l.dir.rename(activeName, name); err != nil {
		return err
	}
	l.before = name
	f := l.active.file
	l.active = active{}
	return f.Close()
}

// begin writes the first line of the active file, and removes the files that retention does not keep when the log no
// longer needs them even if the power fails.
func (l *Log) begin() error {
	oldest, leave, err := l.retention()
	if err != nil {
		return err
	}
	l.oldest = oldest
	first, since := l.next, l.options.Now()
	opening := line{kind: kindFile, previous: l.before, oldest: oldest}
	if err := l.write(kindFile, opening.body()); err != nil {
		return err
	}
	l.active.first, l.active.since = first, since
	if err := l.active.file.Sync(); err != nil {
		return err
	}
	if err := l.dir.sync(); err != nil {
		return err
	}
	for _, name := range leave {
		if err := l.dir.remove(name); err != nil { // the next rotation tries again
			l.note, _ = beginning(fmt.Sprintf("cannot remove an old file: %v", err), maxNote)
		}
	}
	return nil
}

// retention says which rotated files are too many, and the first sequence of what is left.
func (l *Log) retention() (oldest uint64, leave []string, err error) {
	names, err := l.dir.list()
	if err != nil {
		return 0, nil, err
	}
	rotated := rotatedFiles(names)
	if l.options.Keep < 0 || len(rotated) <= l.options.Keep {
		return l.oldest, nil, nil
	}
	kept := len(rotated) - l.options.Keep
	first, _ := parseRotated(rotated[kept])
	return max(l.oldest, first), rotated[:kept], nil
}
