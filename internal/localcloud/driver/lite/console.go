//go:build linux

package lite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// maxConsole is what GetConsoleOutput keeps, in bytes.
const maxConsole = 64 << 10

// appendConsole adds text and keeps the tail.
func appendConsole(dir string, text []byte) error {
	old, err := readConsole(dir)
	if err != nil {
		return err
	}
	all := slices.Concat(old, text)
	if len(all) > maxConsole {
		all = all[len(all)-maxConsole:]
	}
	return os.WriteFile(filepath.Join(dir, consoleFile), all, 0o600)
}

func readConsole(dir string) ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(dir, consoleFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}
