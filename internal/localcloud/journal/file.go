package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// load reads every record of the file into state. Only the last line may be damaged.
func (j *Journal) load() error {
	path := filepath.Join(j.dir, fileName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading

	reader := bufio.NewReaderSize(file, 1<<16)
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what stands after the last newline was never acknowledged
		}
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		changes, err := decodeRecord(bytes.TrimSuffix(line, []byte("\n")))
		if err == nil {
			j.apply(changes)
			continue
		}
		if _, next := reader.Peek(1); errors.Is(next, io.EOF) {
			return nil // a torn write can hold the newline and miss a page before it
		}
		return fmt.Errorf("journal %s is damaged at line %d: %w; restore the file or remove the state directory", path, number, err)
	}
}

// compact writes the state as a new file, one record per entity, and replaces the old one by rename. A crash leaves
// either file whole.
func (j *Journal) compact() error {
	path := filepath.Join(j.dir, fileName)
	next, err := os.CreateTemp(j.dir, fileName+".*")
	if err != nil {
		return fmt.Errorf("compact journal: %w", err)
	}
	size, err := j.writeState(next)
	if err == nil {
		err = next.Sync()
	}
	if err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("compact journal: %w", err), next.Close(), os.Remove(next.Name()))
	}
	old := j.file
	j.file, j.size = next, size
	if old != nil {
		if err := old.Close(); err != nil {
			return fmt.Errorf("compact journal: %w", err)
		}
	}
	if err := syncDir(j.dir); err != nil {
		return fmt.Errorf("compact journal: %w", err)
	}
	return j.removeStrays()
}

func (j *Journal) writeState(to io.Writer) (int64, error) {
	buffer := bufio.NewWriterSize(to, 1<<16)
	var size int64
	for _, kind := range slices.Sorted(maps.Keys(j.state)) {
		entities := j.state[kind]
		for _, key := range slices.Sorted(maps.Keys(entities)) {
			line, err := encodeRecord([]change{{Kind: kind, Key: key, Value: entities[key]}})
			if err != nil {
				return 0, err
			}
			if _, err := buffer.Write(line); err != nil {
				return 0, err
			}
			size += int64(len(line))
		}
	}
	return size, buffer.Flush()
}

// removeStrays deletes half-written files of compactions that were killed. The directory lock is held, so none is live.
func (j *Journal) removeStrays() error {
	strays, err := filepath.Glob(filepath.Join(j.dir, fileName+".*"))
	if err != nil {
		return fmt.Errorf("compact journal: %w", err)
	}
	for _, stray := range strays {
		if err := os.Remove(stray); err != nil {
			return fmt.Errorf("compact journal: %w", err)
		}
	}
	return nil
}

// syncDir makes a rename durable.
func syncDir(dir string) error {
	handle, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}
