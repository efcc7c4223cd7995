package shell

import (
	"slices"
	"strings"
)

// flagSet says how a program's flags are read. It is written as words: "rR:recursive f:force o:output= v i?", where
// letters before the colon are the short forms of the long name after it, = marks a flag with a value and ? one whose
// value may only be attached. Letters without a long name stand for themselves; i: is i= as getopt writes it.
type flagSet struct {
	short  map[byte]flagKind
	long   map[string]flagKind
	names  []string // of long, sorted
	single bool     // long names with one dash: find, java, openssl
	stop   bool     // flags end at the first operand
	none   bool     // there are no flags: all are operands
}

type flagKind struct {
	canonical string
	value     valueKind
}

type valueKind uint8

const (
	noValue valueKind = iota
	needsValue
	mayHaveValue
)

func newFlagSet(text string) *flagSet {
	s := &flagSet{short: map[byte]flagKind{}, long: map[string]flagKind{}}
	for _, word := range strings.Fields(text) {
		kind := noValue
		switch word[len(word)-1] {
		case '=':
			kind, word = needsValue, word[:len(word)-1]
		case '?':
			kind, word = mayHaveValue, word[:len(word)-1]
		}
		letters, long, named := strings.Cut(word, ":")
		if named && long == "" && kind == noValue { // h: as getopt writes it
			kind = needsValue
		}
		if named && long != "" {
			s.long[long] = flagKind{"--" + long, kind}
		}
		for i := range len(letters) {
			k := flagKind{"-" + letters[i:i+1], kind}
			if named && long != "" {
				k.canonical = "--" + long
			}
			s.short[letters[i]] = k
		}
	}
	for n := range s.long {
		s.names = append(s.names, n)
	}
	slices.Sort(s.names)
	return s
}

// find returns a long flag by its name or an abbreviation that only it has.
func (s *flagSet) find(name string) (flagKind, bool) {
	if k, ok := s.long[name]; ok {
		return k, true
	}
	i, _ := slices.BinarySearch(s.names, name)
	if i < len(s.names) && strings.HasPrefix(s.names[i], name) && len(name) > 1 {
		if i+1 == len(s.names) || !strings.HasPrefix(s.names[i+1], name) {
			return s.long[s.names[i]], true
		}
	}
	return flagKind{}, false
}

var anyFlags = newFlagSet("")

// parse sorts the arguments into flags and operands.
func (c *call) parse() {
	set := anyFlags
	if c.spec != nil && c.spec.flags != nil {
		set = c.spec.flags
	}
	c.flags, c.operands = c.flags[:0], nil
	if set.none {
		c.operands = c.args
		return
	}
	for i := 0; i < len(c.args); i++ {
		a := c.args[i]
		text := a.text
		switch {
		case text == "--":
			c.operands = append(c.operands, c.args[i+1:]...)
			return
		case len(text) < 2 || text[0] != '-':
			if set.stop {
				c.operands = append(c.operands, c.args[i:]...)
				return
			}
			c.operands = append(c.operands, a)
		case strings.HasPrefix(text, "--"), set.single:
			i += c.longFlag(set, a, i)
		default:
			i += c.shortFlags(set, a, i)
		}
	}
}

// longFlag reads --name, --name=value or --name value, and returns how many further arguments it took.
func (c *call) longFlag(set *flagSet, a data, i int) int {
	name, attached, has := strings.Cut(strings.TrimLeft(a.text, "-"), "=")
	kind, known := set.find(name)
	f := flag{name: "--" + name}
	if set.single {
		f.name = "-" + name
	}
	if known {
		f.name = kind.canonical
		if set.single {
			f.name = "-" + strings.TrimLeft(kind.canonical, "-")
		}
	}
	taken := 0
	switch {
	case has:
		f.value, f.has = a.part(attached), true
	case known && kind.value == needsValue && i+1 < len(c.args):
		f.value, f.has, taken = c.args[i+1], true, 1
	}
	c.flags = append(c.flags, f)
	return taken
}

// shortFlags reads a cluster such as -rf or -oFILE, and returns how many further arguments it took.
func (c *call) shortFlags(set *flagSet, a data, i int) int {
	letters := a.text[1:]
	for k := range len(letters) {
		kind, known := set.short[letters[k]]
		if !known {
			kind.canonical = "-" + letters[k:k+1]
		}
		f := flag{name: kind.canonical}
		rest := letters[k+1:]
		if kind.value != noValue && rest != "" {
			f.value, f.has = a.part(strings.TrimPrefix(rest, "=")), true
			c.flags = append(c.flags, f)
			return 0
		}
		if kind.value == needsValue && i+1 < len(c.args) {
			f.value, f.has = c.args[i+1], true
			c.flags = append(c.flags, f)
			return 1
		}
		c.flags = append(c.flags, f)
	}
	return 0
}

// part is a stretch of a word, of the same origin.
func (d data) part(text string) data {
	d.text, d.holes = text, d.holes && strings.Contains(text, Unknown)
	return d
}
