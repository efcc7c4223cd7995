package tree

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
)

// maxDepth bounds how deep List looks; a path that deep is longer than PATH_MAX for any component of 32 bytes.
const maxDepth = 128

// List returns the paths of everything but directories below dir, sorted, at most limit of them, without following
// links. An absent dir has none. What cannot be opened is left out.
func (t *Tree) List(dir string, limit int) ([]string, error) {
	fd, err := t.openDir(dir)
	var blocked *BlockedError
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &blocked) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []string
	list(fd, dir, limit, maxDepth, &found)
	slices.Sort(found)
	return found, nil
}

// list takes over fd.
func list(fd int, dir string, limit, depth int, found *[]string) {
	file := os.NewFile(uintptr(fd), dir)
	defer file.Close() //nolint:errcheck // read only
	for len(*found) < limit {
		names, err := file.Readdirnames(256)
		for _, base := range names {
			name := path.Join(dir, base)
			entry, statErr := lstatAt(int(file.Fd()), base, name)
			switch {
			case statErr != nil || entry.Kind == Absent || len(*found) >= limit:
			case entry.Kind != Directory:
				*found = append(*found, name)
			case depth > 0:
				if child, err := openDirAt(int(file.Fd()), base, name); err == nil {
					list(child, name, limit, depth-1, found)
				}
			}
		}
		if err != nil || len(names) == 0 {
			return
		}
	}
}
