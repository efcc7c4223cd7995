package sondera

import (
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

const (
	classPrefix = "class:"
	classSecret = "class:secret" // any class of facts.Secret
)

func isClass(element string) bool { return strings.HasPrefix(element, classPrefix) }

// The words that sets can hold. Their order is that of the bits in facts.
var (
	traitNames     = shell.AllTraits()
	operationNames = shell.AllOperations()
	pathClassNames = classNames(facts.AllPathClasses())
	hostClassNames = classNames(facts.AllHostClasses())
)

func classNames(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, classPrefix+n)
	}
	return out
}

// Traits lists the traits that a policy can ask for, sorted.
func Traits() []string { return slices.Sorted(slices.Values(traitNames)) }

// Operations lists the operations that a policy can ask for, sorted.
func Operations() []string { return slices.Sorted(slices.Values(operationNames)) }

// PathClasses lists the kinds of path that a policy can ask for, sorted, each as "class:<name>".
func PathClasses() []string {
	return slices.Sorted(slices.Values(append([]string{classSecret}, pathClassNames...)))
}

// HostClasses lists the kinds of host that a policy can ask for, sorted, each as "class:<name>".
func HostClasses() []string { return slices.Sorted(slices.Values(hostClassNames)) }

// words are the only elements that a set can have; nil if it can have any.
func (a attribute) words() []string {
	switch a {
	case attrTraits:
		return Traits()
	case attrOperations:
		return Operations()
	default:
		return nil
	}
}

// classes are the only elements with classPrefix that a group can have.
func (a attribute) classes() []string {
	switch {
	case a.isPaths():
		return PathClasses()
	case a == attrHosts:
		return HostClasses()
	}
	return nil
}

// checkPattern tells whether an element of a group that is no class can be read.
func (a attribute) checkPattern(text string) error {
	switch {
	case a.isPaths():
		return pattern.CheckPath(text)
	case a == attrHosts:
		return pattern.CheckHost(text)
	default:
		return pattern.CheckRecipient(text)
	}
}
