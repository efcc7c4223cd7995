package sondera

import "strconv"

// atom is one thing that a rule may ask about a call, and that is looked up rather than evaluated.
type atom struct {
	test   test
	field  attribute
	part   part
	text   string
	number int64
}

type test uint8

const (
	testIs       test = iota // the text is the atom's
	testContains             // the text contains the atom's
	testMember               // the set has the atom's text
	testPort                 // the set has the atom's number
	testTrue
	testFalse
)

// String is what the atom asks, as a policy would say it.
func (a atom) String() string {
	name := a.field.String()
	if a.field < attributeCount {
		name = "context." + name
	}
	if a.part != partWhole {
		name += "." + partNames[a.part]
	}
	switch a.test {
	case testIs:
		return name + " == " + a.literal()
	case testContains:
		return name + " like " + strconv.Quote("*"+a.text+"*")
	case testMember, testPort:
		return name + ".contains(" + a.literal() + ")"
	case testFalse:
		return "!" + name
	default:
		return name
	}
}

func (a atom) literal() string {
	switch {
	case a.test == testPort:
		return strconv.FormatInt(a.number, 10)
	case a.field == attrPrincipal:
		return `Agent::` + strconv.Quote(a.text)
	case a.field == attrAction:
		return `Action::` + strconv.Quote(a.text)
	case a.field == attrResource:
		return `Tool::` + strconv.Quote(a.text)
	}
	return strconv.Quote(a.text)
}

// likelihood estimates how often the atom holds, to pick the guard that spares the most evaluations.
func (a atom) likelihood() float64 {
	switch {
	case a.field == attrAction, a.test == testTrue, a.test == testFalse:
		return 0.5
	case a.field == attrPrincipal:
		return 0.3
	case a.field == attrResource:
		return 0.2
	case a.field == attrOperations:
		return 0.1
	case a.test == testContains:
		return 2 / float64(4+len(a.text)*len(a.text))
	case a.field == attrTraits, a.field.isGroup() && isClass(a.text):
		return 0.03
	}
	return 0.01
}
