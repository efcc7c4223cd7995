package policy

import (
	"fmt"
	"strings"
)

// Options say what a policy text leaves open.
type Options struct {
	// Default is used if no line of the text sets one. NoDefault leaves it to the gate.
	Default Default
}

// Compiled is a policy as Cedar text.
type Compiled struct {
	Cedar    string // all policies, in the order of lines, the default last
	Rules    []CompiledRule
	Default  Default // NoDefault: neither the text nor the options set one, and Cedar has no default policies
	Warnings []Warning
}

// CompiledRule is what one line, or the default, compiled to.
type CompiledRule struct {
	Rule        Rule     // the zero value for a default that no line sets
	IDs         []string // of its Cedar policies
	Cedar       string
	Explanation string   // in plain words
	Limits      []string // what the gate cannot know, in plain words
}

// Compile turns a document into Cedar text. A document that Parse returned always compiles.
func Compile(doc Document, options Options) (Compiled, error) {
	out := Compiled{Default: doc.Default}
	if out.Default == NoDefault {
		out.Default = options.Default
	}
	if _, ok := lookupDefault(string(out.Default)); !ok && out.Default != NoDefault {
		return Compiled{}, &SyntaxError{Position: Position{1, 1}, Reason: fmt.Sprintf("%q is no default", clip(string(out.Default))), Want: "allow, confirm or deny"}
	}
	var text []string
	for _, r := range doc.Rules {
		compiled := CompiledRule{Rule: r, Explanation: r.Explain(), Limits: r.limits()}
		if !r.Else {
			compiled.IDs = []string{r.id()}
			compiled.Cedar = r.cedar()
			text = append(text, compiled.Cedar)
		}
		out.Rules = append(out.Rules, compiled)
	}
	if last := defaultPolicies[out.Default]; last != "" {
		text = append(text, last)
	}
	if out.Default != NoDefault {
		out.Rules = append(out.Rules, CompiledRule{IDs: defaultIDs[out.Default], Cedar: defaultPolicies[out.Default], Explanation: explainDefault(out.Default)})
	}
	out.Cedar = strings.Join(text, "\n")
	out.Warnings = warnings(doc)
	return out, checkOrEmpty(out.Cedar)
}

// checkOrEmpty is CheckCedar for a text that may have no policy.
func checkOrEmpty(text string) error {
	if text == "" {
		return nil
	}
	return CheckCedar(text)
}

var defaultIDs = map[Default][]string{DefaultAllow: {"default-allow", "default-confirm"}, DefaultConfirm: {"default-confirm"}}

const (
	confirmDefault = "@id(\"default-confirm\")\n@decision(\"confirm\")\npermit(principal, action, resource);\n"
	allowDefault   = "@id(\"default-allow\")\npermit(principal, action, resource)\nwhen { context.understood };\n"
)

var defaultPolicies = map[Default]string{DefaultAllow: allowDefault + "\n" + confirmDefault, DefaultConfirm: confirmDefault}

// id is stable as long as the line stays where it is and as it is.
func (r *Rule) id() string {
	const most = 48
	var b strings.Builder
	fmt.Fprintf(&b, "line-%d-%s", r.Position.Line, strings.ToLower(strings.ReplaceAll(string(r.Directive), "REQUIRE ", "")))
	dash := true
	for _, c := range strings.ToLower(r.Text) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if dash {
				b.WriteByte('-')
				dash = false
			}
			b.WriteRune(c)
		default:
			dash = true
		}
		if b.Len() >= most {
			break
		}
	}
	return b.String()
}

// cedar writes the policy of a rule.
func (r *Rule) cedar() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@id(%s)\n@line(%s)\n", quote(r.id()), quote(fmt.Sprintf("%d: %s: %s", r.Position.Line, r.Directive, r.Text)))
	effect := "forbid"
	when, unless := r.conditions()
	switch r.Directive {
	case RequireConfirm:
		b.WriteString("@decision(\"confirm\")\n")
	case Allow:
		effect = "permit"
		if r.asksInstead() {
			b.WriteString("@decision(\"confirm\")\n")
		}
	default:
	}
	b.WriteString(effect + "(principal, action == Action::\"tool_call\", resource)")
	writeCondition(&b, "when", when)
	if !unless.isNever() {
		writeCondition(&b, "unless", unless)
	}
	b.WriteString(";\n")
	return b.String()
}

func writeCondition(b *strings.Builder, word string, e expression) {
	if e.isAlways() && word == "when" {
		return
	}
	b.WriteString("\n" + word + " {\n")
	e.print(b, "  ")
	b.WriteString("\n}")
}

// conditions are those of the rule's policy. A single clause has its exceptions apart, in unless.
func (r *Rule) conditions() (when, unless expression) {
	if len(r.Clauses) == 1 {
		when, unless = r.clause(&r.Clauses[0])
	} else {
		var parts []expression
		for i := range r.Clauses {
			w, u := r.clause(&r.Clauses[i])
			parts = append(parts, allOf(w, negate(u)))
		}
		when, unless = oneOfThese(parts...), never
	}
	if r.Directive == Allow {
		when = allOf(test("context.understood"), when)
	}
	return when, unless
}

// clause is when it applies, and unless what.
func (r *Rule) clause(c *Clause) (when, unless expression) {
	var excepted []expression
	for i := range c.Except {
		e := &c.Except[i]
		switch {
		case r.Directive == Allow:
			excepted = append(excepted, e.touches())
		case c.Subject == e.Subject:
			excepted = append(excepted, e.within())
		default:
			excepted = append(excepted, allOf(test("context.understood"), e.covers()))
		}
	}
	if r.Directive == Allow {
		return c.covers(), oneOfThese(excepted...)
	}
	return c.touches(), oneOfThese(excepted...)
}

// asksInstead tells whether a rule that allows can only ask, because what limits it is not known before the call.
func (r *Rule) asksInstead() bool {
	for _, c := range r.Clauses {
		if c.Size != nil {
			return true
		}
	}
	return false
}
