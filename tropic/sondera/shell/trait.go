package shell

import (
	"math/bits"
	"slices"
)

// Traits is a set of danger marks. A mark says what a command is able to do, not that it must not.
type Traits uint64

// The traits that follow from a command alone. Their names are those of the policy vocabulary.
const (
	RemoteCode            Traits = 1 << iota // bytes from the network reach an interpreter
	DecodedCode                              // decoded or transformed bytes reach an interpreter
	InlineCode                               // a program given as an argument or by standard input: python -c
	Dynamic                                  // a program or a text to run that cannot be known
	Unparsed                                 // a text that cannot be parsed, or exceeds a limit
	Obfuscated                               // a spelling that only hides what runs
	Exfiltration                             // sensitive bytes flow to the network
	Upload                                   // a file or a body is sent
	ReverseShell                             // a shell whose input or output is a connection
	Tunnel                                   // a port is forwarded or relayed
	DNSExfiltration                          // data in the names that are looked up
	RemoteCopy                               // files are copied to or from another host
	ForkBomb                                 // a process that multiplies
	MassKill                                 // processes at large, or the system's own
	Shutdown                                 // the machine stops or restarts
	DiskWrite                                // a device or a file system is written raw, or filled
	MassDelete                               // a root, a home, a system or the whole working directory
	ForceDelete                              // a recursive delete that asks nothing
	WorldWritable                            // everyone may write
	Setuid                                   // a file gains its owner's rights
	Privilege                                // a command runs as another user
	AccountChange                            // users, groups, passwords, sudoers
	Persistence                              // something will run again by itself
	Detach                                   // a process outlives the call
	HistoryRewrite                           // published or recorded history is lost
	DatabaseDump                             // a whole database is read
	DestructiveSQL                           // DROP, TRUNCATE, DELETE without WHERE …
	CloudDestroy                             // remote resources are destroyed
	GateTampering                            // the gate itself, its plugin or its configuration
	KeyPlanting                              // a key or a trust that lets somebody in
	LogTampering                             // logs or histories are removed or stopped
	EnvDump                                  // the whole environment is read out
	PackageFromURL                           // a package that no registry vouches for
	PackageFromGit                           // the same from a repository
	UntrustedRepository                      // a new source of packages
	UnsafeDeserialization                    // data that becomes code while it is read
	Eval                                     // eval of a text
	SelfModify                               // the analysed agent's own instructions or state
	SandboxEscape                            // the host is reached from a container, or a guard is switched off
	DownloadThenRun                          // fetched, saved, then run
	CryptoMining                             // a program that mines
	RawSocket                                // a connection that the shell itself opens: /dev/tcp, nc, socat
	InlineExecution                          // code given inline starts a program or a shell
)

var traitNames = [...]string{
	"remote-code", "decoded-code", "inline-code", "dynamic", "unparsed", "obfuscated", "exfiltration", "upload",
	"reverse-shell", "tunnel", "dns-exfiltration", "remote-copy", "fork-bomb", "mass-kill", "shutdown", "disk-write",
	"mass-delete", "force-delete", "world-writable", "setuid", "privilege", "account-change", "persistence", "detach",
	"history-rewrite", "database-dump", "destructive-sql", "cloud-destroy", "gate-tampering", "key-planting",
	"log-tampering", "env-dump", "package-from-url", "package-from-git", "untrusted-repository",
	"unsafe-deserialization", "eval", "self-modify", "sandbox-escape", "download-then-run", "crypto-mining",
	"raw-socket", "inline-execution",
}

// Names lists the traits sorted by name.
func (t Traits) Names() []string {
	names := make([]string, 0, bits.OnesCount64(uint64(t)))
	for rest := t; rest != 0; rest &= rest - 1 {
		names = append(names, traitNames[bits.TrailingZeros64(uint64(rest))])
	}
	slices.Sort(names)
	return names
}

// AllTraits lists the names of all traits in the order of their bits.
func AllTraits() []string { return slices.Clone(traitNames[:]) }

// Has tells whether all of the given traits are in the set.
func (t Traits) Has(all Traits) bool { return t&all == all }
