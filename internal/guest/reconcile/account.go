package reconcile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// accounts are the two users that own what Tropic writes.
type accounts struct{ root, ubuntu tree.Owner }

// readAccounts takes the ids from the tree's own /etc/passwd: on a machine without root rights of the host both may be
// one id.
func readAccounts(t *tree.Tree) (accounts, error) {
	raw, entry, err := t.Read("/etc/passwd", 1<<20)
	if err != nil {
		return accounts{}, err
	}
	if entry.Kind != tree.File {
		return accounts{}, fmt.Errorf("/etc/passwd is %s", entry.Kind)
	}
	root, errRoot := findAccount(string(raw), "root")
	ubuntu, errUbuntu := findAccount(string(raw), "ubuntu")
	return accounts{root: root, ubuntu: ubuntu}, errors.Join(errRoot, errUbuntu)
}

// findAccount reads passwd(5).
func findAccount(passwd, user string) (tree.Owner, error) {
	for line := range strings.Lines(passwd) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if fields[0] != user || len(fields) < 4 {
			continue
		}
		uid, errUID := strconv.Atoi(fields[2])
		gid, errGID := strconv.Atoi(fields[3])
		if err := errors.Join(errUID, errGID); err != nil {
			return tree.Owner{}, fmt.Errorf("user %s in /etc/passwd: %w", user, err)
		}
		return tree.Owner{UID: uid, GID: gid}, nil
	}
	return tree.Owner{}, fmt.Errorf("no user %s in /etc/passwd: this is not a Tropic machine", user)
}
