package shell

import (
	"math/bits"
	"slices"
)

// Operations is a set of things that a command does, in the words of the policy language.
type Operations uint32

// The operations. Those from OpBrowse on follow from tools only, never from a shell command.
const (
	OpRead Operations = 1 << iota
	OpWrite
	OpEdit
	OpDelete
	OpExecute // a file is run
	OpInstall
	OpFetch
	OpDownload
	OpUpload
	OpSend
	OpConnect
	OpAccess
	OpElevate
	OpSpawn
	OpPersist
	OpBrowse
	OpSearch
	OpPost
	OpMessage
	OpCall
)

var operationNames = [...]string{
	"read", "write", "edit", "delete", "execute", "install", "fetch", "download", "upload", "send", "connect", "access",
	"elevate", "spawn", "persist", "browse", "search", "post", "message", "call",
}

// Names lists the operations in a fixed order.
func (o Operations) Names() []string {
	names := make([]string, 0, bits.OnesCount32(uint32(o)))
	for i, name := range operationNames {
		if o&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// AllOperations lists the names of all operations in the order of their bits.
func AllOperations() []string { return slices.Clone(operationNames[:]) }

// Has tells whether all of the given operations are in the set.
func (o Operations) Has(all Operations) bool { return o&all == all }
