package audit

import (
	"fmt"
	"sync"
)

// headWriter keeps the head file. Its methods may be called concurrently.
type headWriter struct {
	mu   sync.Mutex
	file file
	seal *sealer
	slot []byte
	seq  uint64 // of what was written last
}

// write writes the head into its slot, unless the file is already further.
func (w *headWriter) write(h head) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if h.seq < w.seq {
		return nil
	}
	return w.writeAt(h, h.slot())
}

// reset writes the head into both slots, last into the one that could be trusted so far.
func (w *headWriter) reset(h head, last int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.file.Truncate(headSize); err != nil {
		return fmt.Errorf("audit: the head of the log cannot be written: %w", err)
	}
	for _, at := range []int64{slotSize - last, last} {
		if err := w.writeAt(h, at); err != nil {
			return err
		}
	}
	return nil
}

func (w *headWriter) writeAt(h head, at int64) error {
	w.slot = h.append(w.slot[:0], w.seal)
	if _, err := w.file.WriteAt(w.slot, at); err != nil {
		return fmt.Errorf("audit: the head of the log cannot be written: %w", err)
	}
	w.seq = h.seq
	return nil
}

func (w *headWriter) close() error {
	if w.file == nil {
		return nil
	}
	return w.file.Close()
}
