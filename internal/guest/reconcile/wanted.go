package reconcile

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/tree"
)

// Where things lie on a machine (contract 4.3).
const (
	homeDir            = "/home/ubuntu"
	sshDir             = homeDir + "/.ssh"
	authorizedKeysPath = sshDir + "/authorized_keys"
	etcDir             = "/etc/tropic"
	policiesDir        = etcDir + "/policies"
	tokenPath          = etcDir + "/vm-api-token"
	runDir             = "/run/tropic"
	lockPath           = runDir + "/guest.lock"
)

// maxShared bounds a file that people write to as well.
const maxShared = 1 << 20

// wanted is how the machine has to look, openclaw.json apart: that depends on which agents could be written.
type wanted struct {
	dirs  []dir  // parents first
	files []file // each path once
	gone  []file // files that must not exist; content and mode mean nothing
	// trouble maps a group to why its files are not all here.
	trouble map[group]error
}

type dir struct {
	path  string
	owner tree.Owner
	mode  fs.FileMode
	group group
	// loose directories are the system's: their mode may allow more than mode, but nobody else to write.
	loose bool
}

// modeFor returns the mode that the directory must have, given what is there.
func (d dir) modeFor(entry tree.Entry) fs.FileMode {
	if d.loose && entry.Kind == tree.Directory {
		return entry.Mode&^0o022 | d.mode
	}
	return d.mode
}

type file struct {
	path    string
	content []byte
	owner   tree.Owner
	mode    fs.FileMode
	group   group
}

func stateDirs(root tree.Owner) []dir {
	return []dir{
		{path: "/var", owner: root, mode: 0o755, group: groupMachine, loose: true},
		{path: "/var/lib", owner: root, mode: 0o755, group: groupMachine, loose: true},
		{path: "/var/lib/tropic", owner: root, mode: 0o755, group: groupMachine},
		{path: stateDir, owner: root, mode: 0o700, group: groupMachine},
	}
}

// machineDirs are the directories of every machine.
func machineDirs(who accounts) []dir {
	return append(stateDirs(who.root),
		dir{path: "/etc", owner: who.root, mode: 0o755, group: groupMachine, loose: true},
		dir{path: etcDir, owner: who.root, mode: 0o755, group: groupMachine},
		dir{path: policiesDir, owner: who.root, mode: 0o755, group: groupMachine},
		dir{path: gateDir, owner: who.root, mode: 0o755, group: groupMachine},
		dir{path: gateAgentsDir, owner: who.root, mode: 0o755, group: groupMachine},
		dir{path: "/home", owner: who.root, mode: 0o755, group: groupMachine, loose: true},
		dir{path: homeDir, owner: who.ubuntu, mode: 0o700, group: groupMachine, loose: true},
		dir{path: openclaw.StateDir, owner: who.ubuntu, mode: 0o700, group: groupMachine},
		dir{path: openclaw.WorkspaceRoot, owner: who.ubuntu, mode: 0o755, group: groupMachine},
	)
}

// want says how the machine has to look. It reads the two files that Tropic shares with people and those of the gate,
// because what they must hold depends on what they hold.
func want(t *tree.Tree, who accounts, d desired) wanted {
	w := wanted{dirs: machineDirs(who), trouble: map[group]error{}}
	w.addLease(who)
	for _, a := range d.agents {
		if a.err == nil {
			w.addAgent(who, a)
		}
		w.addGate(t, who, d, a)
	}
	for _, id := range slices.Sorted(maps.Keys(d.policies)) {
		if p := d.policies[id]; p.err == nil {
			w.addPolicy(who, id, p)
		}
	}
	if d.vmToken != "" {
		w.files = append(w.files, file{
			path: tokenPath, content: []byte(d.vmToken + "\n"), owner: who.root, mode: 0o600,
			group: groupMachine,
		})
	}
	w.addShared(t, who, openclaw.EnvironmentPath, openclaw.EnvironmentLines(d.credentials), groupCredentials)
	if d.keysErr == nil {
		w.addShared(t, who, authorizedKeysPath, d.keys, groupKeys)
	}
	return w
}

func (w *wanted) addAgent(who accounts, a agent) {
	g, root := agentGroup(a.slug), openclaw.Workspace(a.slug)
	w.dirs = append(w.dirs, dir{path: root, owner: who.ubuntu, mode: 0o755, group: g})
	var below []string
	for _, name := range slices.Sorted(maps.Keys(a.doc.Files)) {
		w.files = append(w.files, file{
			path: root + "/" + name, content: []byte(a.doc.Files[name]), owner: who.ubuntu,
			mode: 0o644, group: g,
		})
		for parent := path.Dir(name); parent != "."; parent = path.Dir(parent) {
			below = append(below, parent)
		}
	}
	slices.Sort(below) // "a" sorts before "a/b"
	for _, name := range slices.Compact(below) {
		w.dirs = append(w.dirs, dir{path: root + "/" + name, owner: who.ubuntu, mode: 0o755, group: g})
	}
}

func (w *wanted) addPolicy(who accounts, id string, p storedPolicy) {
	for _, part := range []struct{ suffix, text string }{{".rules", p.doc.Rules}, {".cedar", p.doc.Cedar}} {
		if strings.TrimSpace(part.text) != "" {
			w.files = append(w.files, file{
				path: policiesDir + "/" + id + part.suffix, content: []byte(part.text),
				owner: who.root, mode: 0o644, group: policyGroup(id),
			})
		}
	}
}

// addShared adds a file of user ubuntu in which Tropic has a block.
func (w *wanted) addShared(t *tree.Tree, who accounts, name string, lines []string, g group) {
	existing, entry, err := t.Read(name, maxShared)
	// A hard link to another user's file must not have its content copied into a file of the agent's user.
	if err == nil && entry.Links > 1 && entry.Owner != who.ubuntu {
		err = fmt.Errorf("%s is a link to a file of another user", name)
	}
	var blocked *tree.BlockedError
	switch {
	case errors.As(err, &blocked) && blocked.Kind == tree.Link:
		existing = nil // the directory is a link and will be replaced
	case err != nil:
		w.trouble[g] = err
		return
	}
	merged := mergeBlock(string(existing), lines)
	if merged == "" {
		w.gone = append(w.gone, file{path: name, group: g})
		return
	}
	if parent := path.Dir(name); parent == sshDir {
		w.dirs = append(w.dirs, dir{path: sshDir, owner: who.ubuntu, mode: 0o700, group: g})
	}
	w.files = append(w.files, file{path: name, content: []byte(merged), owner: who.ubuntu, mode: 0o600, group: g})
}
