package sondera

import (
	"github.com/cedar-policy/cedar-go/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// need is what the context of one evaluation must have.
type need struct {
	attributes attributes
	whole      [partCount]attributes
}

// everything is the need of a rule that uses the context as a whole.
var everything = func() need {
	n := need{attributes: allAttributes}
	for p := range n.whole {
		n.whole[p] = allAttributes
	}
	return n
}()

func (n *need) add(u *usage) {
	n.attributes |= u.needs
	for p := range n.whole {
		n.whole[p] |= u.whole[p]
	}
}

// Values that are the same for many calls.
var (
	emptySet = types.NewSet()

	understoodContext = map[bool]types.Record{
		true:  types.NewRecord(types.RecordMap{"understood": types.True}),
		false: types.NewRecord(types.RecordMap{"understood": types.False}),
	}
	noGroup = types.Value(types.NewRecord(types.RecordMap{"any": emptySet, "all": emptySet, "none": types.True}))
)

const onlyUnderstood = attributes(1) << attrUnderstood

// context builds what is needed of the context. Of a set that is only asked for literals it has those that some rule asks
// for: match found them, and no other could be missed.
func (ix *index) context(s *scratch, f *facts.Facts, n *need) types.Record {
	if n.attributes == 0 {
		return types.Record{}
	}
	if n.attributes == onlyUnderstood {
		return understoodContext[f.Understood()]
	}
	m := make(types.RecordMap, attributeCount)
	for a := range attributeCount {
		if n.attributes.has(a) {
			m[types.String(a.String())] = ix.value(s, f, a, n)
		}
	}
	return types.NewRecord(m)
}

func (ix *index) value(s *scratch, f *facts.Facts, a attribute, n *need) types.Value {
	switch {
	case a.isText():
		return types.String(textOf(f, a))
	case a == attrUnderstood:
		return types.Boolean(f.Understood())
	case a == attrKnown:
		return types.Boolean(f.Known)
	case a.isGroup():
		return ix.group(s, f, a, n)
	case a == attrPorts:
		return ix.portSet(s, f, n)
	}
	if !n.whole[partWhole].has(a) {
		return ix.heldSet(s, a, partWhole)
	}
	words := wordsOf(f, a)
	values := make([]types.Value, 0, len(words))
	for _, w := range words {
		values = append(values, types.String(w))
	}
	return types.NewSet(values...)
}

func (ix *index) portSet(s *scratch, f *facts.Facts, n *need) types.Value {
	if !n.whole[partWhole].has(attrPorts) {
		return ix.heldSet(s, attrPorts, partWhole)
	}
	values := make([]types.Value, 0, len(f.Ports))
	for _, p := range f.Ports {
		values = append(values, types.Long(p))
	}
	return types.NewSet(values...)
}

// heldSet is the set of the elements of an attribute that hold.
func (ix *index) heldSet(s *scratch, a attribute, p part) types.Value {
	s.values = s.values[:0]
	var last int32
	for _, n := range s.held {
		if at := &ix.atoms[n]; at.field == a && at.part == p && (at.test == testMember || at.test == testPort) {
			s.values = append(s.values, ix.values[n])
			last = n
		}
	}
	switch len(s.values) {
	case 0:
		return emptySet
	case 1:
		return ix.single[last]
	}
	return types.NewSet(s.values...)
}

func (ix *index) group(s *scratch, f *facts.Facts, a attribute, n *need) types.Value {
	none := groupSize(f, a) == 0
	if none {
		return noGroup
	}
	return types.NewRecord(types.RecordMap{
		"any":  ix.groupSet(s, f, a, partAny, n),
		"all":  ix.groupSet(s, f, a, partAll, n),
		"none": types.False,
	})
}

func groupSize(f *facts.Facts, a attribute) int {
	if a == attrHosts {
		return len(f.Hosts)
	}
	if a == attrRecipients {
		return len(f.Recipients)
	}
	size := 0
	for _, list := range pathLists(f) {
		if a == attrPaths || a == list.attribute {
			size += len(list.paths)
		}
	}
	return size
}

func (ix *index) groupSet(s *scratch, f *facts.Facts, a attribute, p part, n *need) types.Value {
	held := ix.heldSet(s, a, p)
	if !n.whole[p].has(a) {
		return held
	}
	set, _ := held.(types.Set)
	values := set.Slice()
	for _, class := range classesOf(f, a, p) {
		values = append(values, types.String(classPrefix+class))
	}
	return types.NewSet(values...)
}

// classesOf are the classes of a group: those of any item, or those that all have.
func classesOf(f *facts.Facts, a attribute, p part) []string {
	if a == attrHosts {
		some, every := facts.HostClasses(0), ^facts.HostClasses(0)
		for _, h := range f.Hosts {
			some |= h.Classes
			every &= h.Classes
		}
		return pick(p, some, every).Names()
	}
	some, every, secret := facts.PathClasses(0), ^facts.PathClasses(0), true
	for _, list := range pathLists(f) {
		if a != attrPaths && a != list.attribute {
			continue
		}
		for _, path := range list.paths {
			some |= path.Classes
			every &= path.Classes
			secret = secret && path.Classes&facts.Secret != 0
		}
	}
	if !a.isPaths() {
		return nil
	}
	names := pick(p, some, every).Names()
	if p == partAny && some&facts.Secret != 0 || p == partAll && secret {
		names = append(names, classSecret[len(classPrefix):])
	}
	return names
}

func pick[T any](p part, some, every T) T {
	if p == partAny {
		return some
	}
	return every
}
