package sondera

import (
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

// change is an atom that must stop to hold, or begin to.
type change struct {
	atom   int32
	remove bool
}

// refute finds the fewest changes to the call that make a formula false that is true. It is not ok if there are none:
// what the rule asks is not known, or is not of the call.
func (ix *index) refute(s *scratch, f *filter) (changes []change, ok bool) {
	switch f.op {
	case opAtom, opWithout:
		if ix.atoms[f.atom].field >= attributeCount {
			return nil, false // another agent, action or tool is another call
		}
		return []change{{f.atom, f.op == opAtom}}, true
	case opAnd:
		for i := range f.parts {
			if c, possible := ix.refute(s, &f.parts[i]); possible && (!ok || len(c) < len(changes)) {
				changes, ok = c, true
			}
		}
		return changes, ok
	case opOr:
		for i := range f.parts {
			if !f.parts[i].passes(s) {
				continue
			}
			c, possible := ix.refute(s, &f.parts[i])
			if !possible {
				return nil, false
			}
			changes = append(changes, c...)
		}
		return changes, true
	case opMaybe, opNever:
	}
	return nil, false
}

// say words changes as a person reads them, with what of the call they are about.
func (ix *index) say(changes []change, f *facts.Facts) []string {
	var list []string
	for _, c := range changes {
		a := ix.atoms[c.atom]
		text := "with " + a.String()
		if c.remove {
			text = "without " + a.String()
			if culprits := culprits(f, a); len(culprits) > 0 {
				text += ", which is " + strings.Join(culprits, ", ")
			}
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// culprits are the paths, hosts and recipients of a call that make an atom hold.
func culprits(f *facts.Facts, a atom) []string {
	var names []string
	for _, list := range pathLists(f) {
		if a.field != attrPaths && a.field != list.attribute {
			continue
		}
		for i := range list.paths {
			if p := &list.paths[i]; pathIs(f, p, a.text) {
				names = append(names, p.Text)
			}
		}
	}
	for _, h := range f.Hosts {
		if a.field == attrHosts && hostIs(h, a.text) {
			names = append(names, h.Name)
		}
	}
	for _, r := range f.Recipients {
		if m, err := pattern.NewRecipients([]string{a.text}); a.field == attrRecipients && err == nil && len(m.Append(nil, r)) > 0 {
			names = append(names, r)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func pathIs(f *facts.Facts, p *facts.Path, element string) bool {
	if class, ok := strings.CutPrefix(element, classPrefix); ok {
		return slices.Contains(p.Classes.Names(), class) || element == classSecret && p.Classes&facts.Secret != 0
	}
	m, err := pattern.NewPaths([]string{element})
	at := pattern.Place{Home: f.Home, Workspace: f.Workspace}
	return err == nil && len(m.Append(nil, new(pattern.Walk), p.Text, p.Pattern, at, pattern.Some)) > 0
}

func hostIs(h facts.Host, element string) bool {
	if class, ok := strings.CutPrefix(element, classPrefix); ok {
		return slices.Contains(h.Classes.Names(), class)
	}
	m, err := pattern.NewHosts([]string{element})
	return err == nil && len(m.Append(nil, h.Name)) > 0
}
