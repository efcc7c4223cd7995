package lease

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// The memory lies in /run: it takes a full disk, and ends with the boot, as the lease that it remembers should.
const (
	runDir     = "/run/tropic"
	memoryPath = runDir + "/lease"
	maxMemory  = 4 << 10 // bytes
)

// loadMemory returns the zero Memory where there is none. What cannot be read is an error, and as good as none.
func loadMemory(t *tree.Tree) (Memory, error) {
	raw, entry, err := t.Read(memoryPath, maxMemory)
	if err != nil {
		return Memory{}, fmt.Errorf("the remembered lease could not be read: %w", err)
	}
	if entry.Kind == tree.Absent {
		return Memory{}, nil
	}
	var m Memory
	switch err := json.Unmarshal(raw, &m); {
	case entry.Kind != tree.File || entry.Owner.UID != os.Geteuid():
		return Memory{}, fmt.Errorf("%s is %s of user %d, not a remembered lease", memoryPath, entry.Kind, entry.Owner.UID)
	case err != nil:
		return Memory{}, fmt.Errorf("%s is damaged: %w", memoryPath, err)
	}
	return m, nil
}

// saveMemory replaces the file as a whole, readable for root only.
func saveMemory(t *tree.Tree, m Memory) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	owner := tree.Owner{UID: os.Geteuid(), GID: os.Getegid()}
	if _, err := t.MakeDir(runDir, owner, 0o755); err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	if err := t.Write(memoryPath, append(raw, '\n'), owner, 0o600); err != nil {
		return fmt.Errorf("the lease could not be remembered: %w", err)
	}
	return nil
}
