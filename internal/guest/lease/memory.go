package lease

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// The memory lies in /run: it takes a full disk, and ends with the boot, as the lease that it remembers should. A copy on
// the disk tells the next boot, should its metadata be silent, that a meter is in charge; it is written when the lease
// changes only.
const (
	runDir     = "/run/tropic"
	memoryPath = runDir + "/lease"
	diskDir    = "/var/lib/tropic"
	diskPath   = diskDir + "/lease"
	maxMemory  = 4 << 10 // bytes
)

// recall returns the lease of this boot. Where there is none, or it is damaged, it is the one on the disk. That may be an
// earlier boot's, whose uptime is then too long by this boot's measure: it errs to the side of a lease that still holds, and
// the wall clock ends it.
func recall(t *tree.Tree) (Memory, error) {
	m, err := loadMemory(t, memoryPath)
	if !m.Until.IsZero() {
		return m, err
	}
	disk, diskErr := loadMemory(t, diskPath)
	disk.Earlier = !disk.Until.IsZero() && err == nil
	return disk, errors.Join(err, diskErr)
}

// retain remembers a lease of this boot for this one and the next. The zero Memory, of a machine that no meter is in
// charge of, lets an earlier one go.
func retain(t *tree.Tree, m Memory) error {
	switch {
	case m.Earlier:
		return nil // it is there
	case m.Until.IsZero():
		if _, err := t.Remove(diskPath); err != nil {
			return fmt.Errorf("the lease of an earlier boot could not be forgotten: %w", err)
		}
		return nil
	}
	err := saveMemory(t, runDir, memoryPath, m)
	if disk, diskErr := loadMemory(t, diskPath); diskErr == nil && disk.Until.Equal(m.Until) {
		return err
	}
	return errors.Join(err, saveMemory(t, diskDir, diskPath, m))
}

// loadMemory returns the zero Memory where there is none. What cannot be read is an error, and as good as none.
func loadMemory(t *tree.Tree, name string) (Memory, error) {
	raw, entry, err := t.Read(name, maxMemory)
	if err != nil {
		return Memory{}, fmt.Errorf("the remembered lease could not be read: %w", err)
	}
	if entry.Kind == tree.Absent {
		return Memory{}, nil
	}
	var m Memory
	switch err := json.Unmarshal(raw, &m); {
	case entry.Kind != tree.File || entry.Owner.UID != os.Geteuid():
		return Memory{}, fmt.Errorf("%s is %s of user %d, not a remembered lease", name, entry.Kind, entry.Owner.UID)
	case err != nil:
		return Memory{}, fmt.Errorf("%s is damaged: %w", name, err)
	}
	return m, nil
}

// saveMemory replaces the file as a whole, readable for root only.
func saveMemory(t *tree.Tree, dir, name string, m Memory) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	owner := tree.Owner{UID: os.Geteuid(), GID: os.Getegid()}
	if _, err := t.MakeDir(dir, owner, 0o755); err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	if err := t.Write(name, append(raw, '\n'), owner, 0o600); err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	return nil
}
