package facts

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of JSON value. The zero Kind is null, which is also what is absent.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is a JSON value. Numbers keep their digits in Text.
type Value struct {
	Kind   Kind
	Text   string   // of a string, a number, true or false
	Names  []string // of the members of an object, in the order in which they stand
	Values []Value  // of an object's members, or an array's elements
}
