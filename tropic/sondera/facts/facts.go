package facts

import "github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"

// Facts is what a gate may know about one tool call, or about the result of one. It is a pure function of the call, and
// must not be changed: slices may be shared.
type Facts struct {
	Agent     string // slug of the agent that calls
	Session   string
	Workspace string // absolute, cleaned; "" when it is not known
	Home      string // of the user that the agent runs as
	Tool      string // the id as OpenClaw gave it, such as exec
	Resource  string // the name that policies use, such as Bash; see Resources
	Result    bool   // the call has run, and this is about its Output

	Command string // the text that a shell would run; "" for other tools
	Output  string // the text of a result; "" before the call

	Known     bool     // the tool is one whose parameters are understood
	MCPServer string   // of <server>__<tool>
	MCPTool   string   // of <server>__<tool>
	Reasons   []string // why something is not understood, in words; empty when everything is

	Operations shell.Operations
	Traits     shell.Traits

	Programs  []string // base names of every program that would run, wrappers included
	Flags     []string // "rm --recursive", "git push": a program and one of its flags in canonical form, or its verb
	Languages []string // of code that is given inline or run from a file: python, javascript …
	Packages  []string // that would be installed
	Channels  []string // that a message would go to: whatsapp, telegram …
	Ports     []int

	Reads, Writes, Deletes, Executes []Path

	Hosts      []Host
	Recipients []string // E.164 numbers as +6591234567, or ids as written
}

// Understood tells whether the facts are complete: the tool is known, and nothing of the call is left open that could
// change what runs.
func (f *Facts) Understood() bool {
	return f.Known && f.Traits&(shell.Dynamic|shell.Unparsed) == 0
}

// Path is a file or directory that a call would touch.
type Path struct {
	Text    string // absolute and cleaned where the directory is known
	Pattern bool   // Text is a glob, with ** for a stretch that only the run can tell
	Classes PathClasses
}

// Host is the other side of a connection.
type Host struct {
	Name    string // in lower case, without a port; an IP address in canonical form
	Classes HostClasses
}

// Any is the union of the classes of paths.
func Any(paths []Path) PathClasses {
	var c PathClasses
	for _, p := range paths {
		c |= p.Classes
	}
	return c
}
