package policy

import (
	"strconv"
	"strings"
)

// expression is a Cedar condition under construction. The zero value is true.
type expression struct {
	text  string // of a test; "" for a junction
	all   bool   // the parts are joined by && (else by ||)
	not   bool
	parts []expression
}

var (
	always = expression{all: true}
	never  = expression{}
)

func (e expression) isAlways() bool { return e.text == "" && e.all && len(e.parts) == 0 && !e.not }
func (e expression) isNever() bool  { return e.text == "" && !e.all && len(e.parts) == 0 && !e.not }

func test(text string) expression { return expression{text: text} }

func allOf(parts ...expression) expression {
	out := expression{all: true}
	for _, p := range parts {
		switch {
		case p.isNever():
			return never
		case p.text == "" && p.all && !p.not:
			out.parts = append(out.parts, p.parts...)
		default:
			out.parts = append(out.parts, p)
		}
	}
	return out.only()
}

func oneOfThese(parts ...expression) expression {
	out := expression{}
	for _, p := range parts {
		switch {
		case p.isAlways():
			return always
		case p.text == "" && !p.all && !p.not:
			out.parts = append(out.parts, p.parts...)
		default:
			out.parts = append(out.parts, p)
		}
	}
	return out.only()
}

// only takes a junction of one part apart.
func (e expression) only() expression {
	if len(e.parts) == 1 && !e.not {
		return e.parts[0]
	}
	return e
}

func negate(e expression) expression {
	switch {
	case e.isAlways():
		return never
	case e.isNever():
		return always
	}
	e.not = !e.not
	return e
}

// print writes the expression, a part a line, from indentation on. It ends without a line break.
func (e expression) print(b *strings.Builder, indent string) {
	switch {
	case e.isAlways():
		b.WriteString(indent + "true")
	case e.isNever():
		b.WriteString(indent + "false")
	case e.text != "" && e.not:
		b.WriteString(indent + "!" + parenthesized(e.text))
	case e.text != "":
		b.WriteString(indent + e.text)
	case e.not:
		e.not = false
		b.WriteString(indent + "!(\n")
		e.print(b, indent+"  ")
		b.WriteString("\n" + indent + ")")
	default:
		e.printParts(b, indent)
	}
}

func (e expression) printParts(b *strings.Builder, indent string) {
	sign := " ||\n"
	if e.all {
		sign = " &&\n"
	}
	for i, p := range e.parts {
		if i > 0 {
			b.WriteString(sign)
		}
		if p.text == "" && !p.not && len(p.parts) > 0 {
			b.WriteString(indent + "(\n")
			p.print(b, indent+"  ")
			b.WriteString("\n" + indent + ")")
			continue
		}
		p.print(b, indent)
	}
}

// parenthesized guards operators that bind less than !.
func parenthesized(text string) string {
	if strings.Contains(text, " like ") || strings.Contains(text, " == ") {
		return "(" + text + ")"
	}
	return text
}

// quote is a Cedar string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\u2028", `\u{2028}`, "\u2029", `\u{2029}`).Replace(s) + `"`
}

// likePattern is a Cedar pattern in which parts are literal and joined by wildcards.
func likePattern(parts ...string) string {
	for i, p := range parts {
		quoted := quote(p)
		parts[i] = strings.ReplaceAll(quoted[1:len(quoted)-1], "*", `\*`)
	}
	return `"` + strings.Join(parts, "*") + `"`
}

func set(words []string) string {
	quoted := make([]string, 0, len(words))
	for _, w := range words {
		quoted = append(quoted, quote(w))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// containsAny tests that an attribute has one of the words; it is always true without words.
func containsAny(attribute string, words []string) expression {
	switch len(words) {
	case 0:
		return always
	case 1:
		return test("context." + attribute + ".contains(" + quote(words[0]) + ")")
	}
	return test("context." + attribute + ".containsAny(" + set(words) + ")")
}

// nothingBut tests that an attribute has nothing but the words.
func nothingBut(words []string, attribute string) expression {
	return test(set(words) + ".containsAll(context." + attribute + ")")
}

func someOf(attribute string) expression { return test("!context." + attribute + ".isEmpty()") }

func present(group string) expression { return test("!context." + group + ".none") }

func ports(list []int) string {
	words := make([]string, 0, len(list))
	for _, p := range list {
		words = append(words, strconv.Itoa(p))
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func anyPort(list []int) expression {
	switch len(list) {
	case 0:
		return always
	case 1:
		return test("context.ports.contains(" + strconv.Itoa(list[0]) + ")")
	}
	return test("context.ports.containsAny(" + ports(list) + ")")
}

func onlyPorts(list []int) expression {
	if len(list) == 0 {
		return always
	}
	return allOf(someOf("ports"), test(ports(list)+".containsAll(context.ports)"))
}

// resources tests for one of the tools.
func resources(names []string) expression {
	switch len(names) {
	case 0:
		return never
	case 1:
		return test(`resource == Tool::` + quote(names[0]))
	}
	quoted := make([]string, 0, len(names))
	for _, n := range names {
		quoted = append(quoted, `Tool::`+quote(n))
	}
	return test("[" + strings.Join(quoted, ", ") + "].contains(resource)")
}
