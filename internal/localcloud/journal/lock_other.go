//go:build !unix

package journal

import (
	"errors"
	"fmt"
	"os"
)

// lockFile refuses: without an advisory lock two servers could write one journal.
func lockFile(string) (*os.File, error) {
	return nil, fmt.Errorf("the embedded cloud keeps its state on Unix systems only: %w", errors.ErrUnsupported)
}

func unlockFile(file *os.File) error { return file.Close() }
