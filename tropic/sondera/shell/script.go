package shell

import "strings"

// Script is what a text does when a shell runs it. It must not be changed: slices may be shared between commands.
type Script struct {
	// Commands are those that would run, in the order in which they were found.
	Commands []*Command
	// Traits is the union of the traits of all commands and those of the text itself.
	Traits Traits
	// Reasons say in words what was not understood, and where. Empty when everything was.
	Reasons []string
}

// Command is one program that would run, or, with an empty Program and no Dynamic trait, a redirection alone.
type Command struct {
	Program  string   // base name in lower case; "" when it cannot be known
	Written  string   // the first word after expansion; [Unknown] stands for what is not known
	Wrappers []string // programs it runs under, outermost first: sudo, env, xargs, sh, ssh …
	Flags    []string // canonical: the long name where there is one (--recursive), else -x; without values
	Verb     string   // of programs that have them: push for git push, "s3 cp" for aws s3 cp
	Operands []string // arguments that are neither flags nor their values

	Reads    []Path // files read, also by redirection, and directories listed or searched
	Writes   []Path // files written, appended or changed, also by redirection
	Appends  []Path // those of Writes whose content stays
	Deletes  []Path
	Executes []Path // files run by name or given to an interpreter

	Hosts     []string // in lower case, without user and port
	URLs      []string
	Ports     []int
	Packages  []string
	Languages []string // of code given inline: python, javascript, sql …

	Operations Operations
	Traits     Traits

	Input     int  // index of the command whose output it reads; -1 for none
	Depth     int  // 0 for the text itself, 1 within sh -c "…", $(…) and so on
	Elsewhere bool // it runs on another host or in a container, so its paths are not this machine's
	Contained bool // it runs in a container that shares no directory with this machine
	Guessed   bool // found by heuristic among the arguments of a program that is not known
}

// Unknown stands in [Command.Written] and [Command.Operands] for a stretch that only the run can tell. It is a rune of a private
// use area, so that it survives quoting; a text that contains it already is taken as not known there.
const Unknown = "\uf8fd"

// Path is a file that a command touches.
type Path struct {
	// Text is cleaned, and absolute where the directory is known. With Pattern it may hold *, ? and [ as a shell
	// globs them, and ** for a stretch of any length that is not known.
	Text    string
	Pattern bool
	Names   bool // its name, or the names in it, are looked at or made, and nothing of what it holds
	Example bool // written from a file that is an example of it, as .env.example is of .env
}

// Programs lists the base names of all programs that would run, wrappers included, in the order found, without repeats.
func (s *Script) Programs() []string {
	seen := make(map[string]bool, len(s.Commands))
	var names []string
	for _, c := range s.Commands {
		if c.Program != "" && !seen[c.Program] {
			seen[c.Program] = true
			names = append(names, c.Program)
		}
	}
	return names
}

// HasFlag tells whether the command carries the canonical flag.
func (c *Command) HasFlag(names ...string) bool {
	for _, f := range c.Flags {
		for _, name := range names {
			if f == name {
				return true
			}
		}
	}
	return false
}

// base returns the last element of a path, in the form that names programs: lower case, without .exe.
func base(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		path = path[i+1:]
	}
	return strings.TrimSuffix(strings.ToLower(path), ".exe")
}
