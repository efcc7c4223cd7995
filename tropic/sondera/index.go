package sondera

import (
	"github.com/cedar-policy/cedar-go/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

// index finds the rules of a set that a call could make fire. It is immutable once built.
//
// Every literal that the rules ask for is an atom with a number. A call is asked once which atoms hold: by maps, bit
// tables and the matchers of package pattern, so that the cost follows what the call has, not how many atoms there are.
type index struct {
	atoms   []atom
	numbers map[atom]int32
	values  []types.Value // of atoms in sets: the element
	single  []types.Value // the set of that element alone

	watchers [][]int32 // by atom: rules whose chosen clause has it
	always   []int32   // rules without a guard
	filters  []filter  // by rule

	is       [fieldCount]map[string]int32 // by field: texts that it is compared with
	contains [fieldCount]texts
	words    [attributeCount]map[string]int32
	bits     [attributeCount][]int32 // traits and operations by bit; -1 where nobody asks
	ports    map[int64]int32
	truth    [attributeCount][partCount][2]int32 // of flags and of none: false, true; -1 where nobody asks

	paths      *pattern.Paths
	hosts      *pattern.Hosts
	recipients *pattern.Recipients
	groups     [attributeCount]groupAtoms
	asks       attributes // that any atom is about
}

// texts are the literals that are looked for in one text.
type texts struct {
	matcher *pattern.Texts
	atoms   []int32 // by index of literal
}

// groupAtoms are the atoms of a group such as reads.
type groupAtoms struct {
	classes  [partCount][]int32 // by bit of class; -1 where nobody asks
	secret   [partCount]int32   // of class:secret
	patterns [partCount][]int32 // by index of pattern
	any      bool               // somebody asks for a pattern
}

func newIndex(rules []*rule) (*index, error) {
	ix := &index{numbers: map[atom]int32{}, ports: map[int64]int32{}}
	for _, r := range rules {
		for _, a := range r.usage.asks {
			ix.number(a)
		}
		r.formula.each(ix.number)
	}
	ix.watchers = make([][]int32, len(ix.atoms))
	ix.filters = make([]filter, 0, len(rules))
	next := int32(0)
	for _, r := range rules {
		ix.watch(next, r.formula.guard())
		next++
		ix.filters = append(ix.filters, ix.filter(&r.formula))
	}
	ix.fileFlags()
	ix.fileTexts()
	ix.fileWords()
	return ix, ix.fileGroups()
}

func (ix *index) number(a atom) {
	if _, ok := ix.numbers[a]; ok {
		return
	}
	n := int32(len(ix.atoms)) //nolint:gosec // G115: bounded by the size of sources
	ix.numbers[a] = n
	ix.atoms = append(ix.atoms, a)
	var value types.Value
	switch a.test {
	case testMember:
		value = types.String(a.text)
	case testPort:
		value = types.Long(a.number)
	default:
	}
	ix.values = append(ix.values, value)
	single := types.Value(emptySet)
	if value != nil {
		single = types.NewSet(value)
	}
	ix.single = append(ix.single, single)
	if a.field < attributeCount {
		ix.asks.add(a.field)
	}
}

// watch files a rule under the atoms of the clause that holds most seldom.
func (ix *index) watch(rule int32, g guard) {
	if len(g) == 0 {
		ix.always = append(ix.always, rule)
		return
	}
	for _, a := range g.best() {
		n := ix.numbers[a]
		ix.watchers[n] = append(ix.watchers[n], rule)
	}
}

// lookup is the number of an atom, -1 if nobody asks for it.
func (ix *index) lookup(a atom) int32 {
	if n, ok := ix.numbers[a]; ok {
		return n
	}
	return -1
}

func (ix *index) fileFlags() {
	for a := range attributeCount {
		for p := range partCount {
			for i, test := range [...]test{testFalse, testTrue} {
				ix.truth[a][p][i] = ix.lookup(atom{test: test, field: a, part: p})
			}
		}
	}
}

func (ix *index) fileTexts() {
	literals := map[attribute][]string{}
	for n, a := range ix.atoms {
		switch a.test {
		default:
		case testIs:
			if ix.is[a.field] == nil {
				ix.is[a.field] = map[string]int32{}
			}
			ix.is[a.field][a.text] = int32(n)
		case testContains:
			literals[a.field] = append(literals[a.field], a.text)
			ix.contains[a.field].atoms = append(ix.contains[a.field].atoms, int32(n))
		}
	}
	for field, list := range literals {
		ix.contains[field].matcher = pattern.NewTexts(list)
	}
}

func (ix *index) fileWords() {
	ix.bits[attrTraits] = ix.file(reference{field: attrTraits}, traitNames)
	ix.bits[attrOperations] = ix.file(reference{field: attrOperations}, operationNames)
	for n, a := range ix.atoms {
		switch {
		case a.test == testPort:
			ix.ports[a.number] = int32(n)
		case a.test == testMember && a.field.isWords():
			if ix.words[a.field] == nil {
				ix.words[a.field] = map[string]int32{}
			}
			ix.words[a.field][a.text] = int32(n)
		}
	}
}

// file lists the atoms of a fixed row of names.
func (ix *index) file(r reference, names []string) []int32 {
	row := make([]int32, len(names))
	for i, name := range names {
		row[i] = ix.lookup(atom{test: testMember, field: r.field, part: r.part, text: name})
	}
	return row
}

func (ix *index) fileGroups() error {
	kinds := [...]struct {
		from, to attribute
		classes  []string
		build    func(patterns []string) error
	}{
		{attrPaths, attrExecutes, pathClassNames, func(p []string) (err error) { ix.paths, err = pattern.NewPaths(p); return err }},
		{attrHosts, attrHosts, hostClassNames, func(p []string) (err error) { ix.hosts, err = pattern.NewHosts(p); return err }},
		{attrRecipients, attrRecipients, nil, func(p []string) (err error) {
			ix.recipients, err = pattern.NewRecipients(p)
			return err
		}},
	}
	for _, k := range kinds {
		patterns := ix.patternsOf(k.from, k.to, k.classes != nil)
		if err := k.build(patterns); err != nil {
			return err
		}
		for a := k.from; a <= k.to; a++ {
			for _, p := range [...]part{partAny, partAll} {
				r := reference{a, p}
				g := &ix.groups[a]
				g.classes[p] = ix.file(r, k.classes)
				g.secret[p] = ix.lookup(atom{test: testMember, field: a, part: p, text: classSecret})
				g.patterns[p] = ix.file(r, patterns)
				for _, n := range g.patterns[p] {
					g.any = g.any || n >= 0
				}
			}
		}
	}
	return nil
}

// patternsOf lists the patterns that are asked for in groups, each once.
func (ix *index) patternsOf(from, to attribute, classes bool) []string {
	var list []string
	seen := map[string]bool{}
	for _, a := range ix.atoms {
		inGroup := a.test == testMember && a.field >= from && a.field <= to
		if inGroup && (!classes || !isClass(a.text)) && !seen[a.text] {
			seen[a.text] = true
			list = append(list, a.text)
		}
	}
	return list
}
