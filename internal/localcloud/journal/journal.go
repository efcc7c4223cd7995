// Package journal keeps the embedded cloud's state: an append-only file of JSON lines, one per change, fsynced before
// the change is answered.
//
// State is a set of entities, each a JSON value under a kind and a key. A line is one batch of puts and deletes with a
// checksum, so a batch is applied as a whole or not at all, whatever moment the process dies at. A torn last line, which
// is a change nobody was told about, is dropped at the next Open; damage before the last line is an error, because it
// would lose changes that were acknowledged.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("journal is closed")

// ErrLocked is returned by Open when another process, or another Journal of this one, has the directory open.
var ErrLocked = errors.New("journal directory is in use")

const (
	fileName = "journal.jsonl"
	lockName = "journal.lock"

	// compactFloor is the size in bytes below which a growing file is left alone; above it the file is rewritten once it
	// is compactFactor times what the state needs.
	compactFloor  = 8 << 20
	compactFactor = 4
)

// Journal is an open state directory. All methods are safe for concurrent use.
type Journal struct {
	mu    sync.Mutex
	dir   string
	file  *os.File
	lock  *os.File
	size  int64 // bytes of whole records in file
	state map[string]map[string]json.RawMessage
	live  int64 // bytes the values in state take
	floor int64 // compactFloor, smaller in tests
	err   error // why writing is no longer possible; set after a failed write that could not be undone
}

// Open loads the journal in dir, making the directory (mode 0700) when it is missing, and compacts it. It fails with
// ErrLocked while somebody else has it open.
func Open(dir string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make journal directory: %w", err)
	}
	lock, err := lockFile(filepath.Join(dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("lock journal in %s: %w", dir, err)
	}
	j := &Journal{dir: dir, lock: lock, state: map[string]map[string]json.RawMessage{}, floor: compactFloor}
	if err := j.load(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if err := j.compact(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return j, nil
}

// Put stores value, as JSON, under kind and key, replacing what was there. It returns after the change is on disk.
func (j *Journal) Put(kind, key string, value any) error {
	return j.Batch(func(b *Batch) error { return b.Put(kind, key, value) })
}

// Delete removes the entity under kind and key. Deleting what is not there is no error.
func (j *Journal) Delete(kind, key string) error {
	return j.Batch(func(b *Batch) error {
		b.Delete(kind, key)
		return nil
	})
}

// Batch collects the puts and deletes of fn and writes them as one record with one fsync: after a crash all of them are
// there or none. When fn fails nothing is written. fn must not call the Journal.
func (j *Journal) Batch(fn func(*Batch) error) error {
	var b Batch
	if err := fn(&b); err != nil {
		return err
	}
	if len(b.changes) == 0 {
		return nil
	}
	line, err := encodeRecord(b.changes)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.append(line); err != nil {
		return err
	}
	j.apply(b.changes)
	if j.size > j.floor && j.size > compactFactor*j.live {
		return j.compact()
	}
	return nil
}

// Each calls fn for every entity of a kind in the order of the keys, and stops at fn's first error. fn sees a copy of
// the state as of the call and may change the journal; raw must not be modified.
func (j *Journal) Each(kind string, fn func(key string, raw json.RawMessage) error) error {
	j.mu.Lock()
	entities := maps.Clone(j.state[kind])
	j.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(entities)) {
		if err := fn(key, entities[key]); err != nil {
			return fmt.Errorf("%s %q: %w", kind, key, err)
		}
	}
	return nil
}

// Close releases the directory. Everything acknowledged is on disk already.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	err := errors.Join(j.file.Close(), unlockFile(j.lock))
	j.file, j.err = nil, ErrClosed
	return err
}

// Batch is a set of changes that become durable together.
type Batch struct{ changes []change }

// Put adds a put of value, as JSON, under kind and key.
func (b *Batch) Put(kind, key string, value any) error {
	if kind == "" || key == "" {
		return fmt.Errorf("journal put needs a kind and a key, got %q and %q", kind, key)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s %q: %w", kind, key, err)
	}
	b.changes = append(b.changes, change{Kind: kind, Key: key, Value: raw})
	return nil
}

// Delete adds the removal of the entity under kind and key.
func (b *Batch) Delete(kind, key string) {
	b.changes = append(b.changes, change{Kind: kind, Key: key})
}

// append writes one encoded record and syncs it. A failed write is undone by truncation, or the next record would stand
// behind a torn one; when even that fails the journal refuses further writes.
func (j *Journal) append(line []byte) error {
	if j.err != nil {
		return j.err
	}
	_, err := j.file.WriteAt(line, j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		err = fmt.Errorf("write journal: %w", err)
		if undo := j.file.Truncate(j.size); undo != nil {
			j.err = fmt.Errorf("journal is damaged by an earlier failed write: %w", err)
		}
		return err
	}
	j.size += int64(len(line))
	return nil
}

func (j *Journal) apply(changes []change) {
	for _, c := range changes {
		entities := j.state[c.Kind]
		j.live -= int64(len(entities[c.Key]))
		if c.Value == nil {
			delete(entities, c.Key)
			continue
		}
		if entities == nil {
			entities = map[string]json.RawMessage{}
			j.state[c.Kind] = entities
		}
		entities[c.Key] = c.Value
		j.live += int64(len(c.Value))
	}
}
