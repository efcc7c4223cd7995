package policy

import "slices"

// Clause is one thing that a rule is about: what is done, to what kind of thing, and which of them. Lists that are empty
// do not limit; a list is met by any of its elements, and a clause by all of its lists.
type Clause struct {
	Verbs   []Verb
	Subject Subject

	Paths      []string // patterns and "class:<name>" of paths
	Within     []string // places that they must also be in, where a pattern cannot say both
	Hosts      []string // patterns and "class:<name>" of hosts
	Ports      []int
	Channels   []string // whatsapp, telegram …
	Recipients []string // phone patterns and ids
	Commands   []string // programs, with flags and arguments
	Packages   []string
	Managers   []string // npm, pip …
	Languages  []string
	Tools      []string // ids, where * stands for any characters; "*__*" are all MCP tools
	Topics     []string // names of topics
	Sandbox    bool     // code that stays in the sandbox
	Size       *Size    // of files

	Except []Clause // which have no exceptions themselves
}

// Subject is a kind of thing.
type Subject string

// The subjects.
const (
	Files    Subject = "files"
	Network  Subject = "connections"
	Messages Subject = "messages"
	Commands Subject = "commands" // shell commands
	Packages Subject = "packages"
	Code     Subject = "code"
	Tools    Subject = "tools"
	Topics   Subject = "topics" // things that have one meaning, such as elevated commands
	Anything Subject = "anything"
)

// Verb is what is done.
type Verb string

// The verbs, in canonical order.
const (
	Browse   Verb = "browse"
	Search   Verb = "search"
	Fetch    Verb = "fetch"
	Read     Verb = "read"
	Write    Verb = "write"
	Edit     Verb = "edit"
	Delete   Verb = "delete"
	Execute  Verb = "execute"
	Install  Verb = "install"
	Download Verb = "download"
	Upload   Verb = "upload"
	Send     Verb = "send"
	Connect  Verb = "connect"
	Access   Verb = "access"
	Use      Verb = "use"
)

var verbOrder = []Verb{Browse, Search, Fetch, Read, Write, Edit, Delete, Execute, Install, Download, Upload, Send, Connect, Access, Use}

// sortVerbs puts verbs into canonical order, once each.
func sortVerbs(verbs []Verb) []Verb {
	slices.SortFunc(verbs, func(a, b Verb) int { return slices.Index(verbOrder, a) - slices.Index(verbOrder, b) })
	return slices.Compact(verbs)
}

// Size bounds the size of files.
type Size struct {
	Over  bool // larger than Bytes; else at most so large
	Bytes int64
}

// has tells whether the clause is about one of the verbs.
func (c *Clause) has(verbs ...Verb) bool {
	return slices.ContainsFunc(verbs, func(v Verb) bool { return slices.Contains(c.Verbs, v) })
}

// merge joins two clauses that differ in at most one list into one.
func merge(a, b Clause) (Clause, bool) {
	la, lb := a.lists(), b.lists()
	differs := -1
	for i := range la {
		if slices.Equal(*la[i], *lb[i]) {
			continue
		}
		if differs >= 0 || len(*la[i]) == 0 || len(*lb[i]) == 0 {
			return a, false
		}
		differs = i
	}
	if a.Subject != b.Subject || !slices.Equal(a.Verbs, b.Verbs) || !slices.Equal(a.Ports, b.Ports) || a.Sandbox != b.Sandbox ||
		!sameSize(a.Size, b.Size) || len(a.Except)+len(b.Except) > 0 {
		return a, false
	}
	if differs >= 0 {
		*la[differs] = union(*la[differs], *lb[differs])
	}
	return a, true
}

// lists are the lists of text, in a fixed order.
func (c *Clause) lists() []*[]string {
	return []*[]string{
		&c.Paths, &c.Within, &c.Hosts, &c.Channels, &c.Recipients, &c.Commands, &c.Packages, &c.Managers, &c.Languages, &c.Tools, &c.Topics,
	}
}

func sameSize(a, b *Size) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// union appends what is not there yet, and shares nothing with its arguments.
func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
