package sondera

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// Fact is something that the gate knows of a call: a word for what, and the particulars.
type Fact struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// factsInWords lists what is known of a call. What is empty is left out; of a result there is the length alone.
func factsInWords(f *facts.Facts) []Fact {
	var list []Fact
	add := func(name string, values ...string) {
		if len(values) > 0 && (len(values) > 1 || values[0] != "") {
			list = append(list, Fact{name, values})
		}
	}
	add("agent", f.Agent)
	add("tool", strings.TrimSpace(f.Tool+" = "+resourceOf(f)))
	add("mcp", strings.Trim(f.MCPServer+" "+f.MCPTool, " "))
	add("command", f.Command)
	if f.Result {
		add("output", fmt.Sprintf("%d bytes", len(f.Output)))
	}
	add("operations", f.Operations.Names()...)
	add("traits", f.Traits.Names()...)
	for a := attrPrograms; a <= attrChannels; a++ {
		add(a.String(), wordsOf(f, a)...)
	}
	var ports []string
	for _, p := range f.Ports {
		ports = append(ports, strconv.Itoa(p))
	}
	add("ports", ports...)
	for _, l := range pathLists(f) {
		var paths []string
		for _, p := range l.paths {
			paths = append(paths, withClasses(p.Text, p.Classes.Names()))
		}
		add(l.String(), paths...)
	}
	var hosts []string
	for _, h := range f.Hosts {
		hosts = append(hosts, withClasses(h.Name, h.Classes.Names()))
	}
	add("hosts", hosts...)
	add("recipients", f.Recipients...)
	add("not understood", f.Reasons...)
	return list
}

func withClasses(name string, classes []string) string {
	if len(classes) == 0 {
		return name
	}
	return name + " (" + strings.Join(classes, ", ") + ")"
}

// String is the explanation as a person reads it, in several lines.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", e.Decision.Effect, e.Decision.Reason)
	if e.Otherwise != "" {
		fmt.Fprintf(&b, "  Without the rules that decided it would be %s.\n", e.Otherwise)
	}
	b.WriteString("\nFacts\n")
	for _, f := range e.Facts {
		fmt.Fprintf(&b, "  %-14s %s\n", f.Name, strings.Join(f.Values, "\n                 "))
	}
	fmt.Fprintf(&b, "\nRules considered (%d others ask for nothing that is there)\n", e.Others)
	for _, c := range e.Considered {
		c.write(&b)
	}
	return b.String()
}

func (c *Considered) write(b *strings.Builder) {
	state := "does not hold"
	if c.Held {
		state = "holds"
	}
	if c.Decided {
		state = "decided"
	}
	fmt.Fprintf(b, "  %s  %s, %s  %s:%d\n", c.Rule.ID, c.Rule.Effect, state, c.Rule.File, c.Rule.Line)
	for _, condition := range c.Conditions {
		mark := "no "
		if condition.Held {
			mark = "yes"
		}
		fmt.Fprintf(b, "    %s  %s", mark, strings.ReplaceAll(condition.Text, "\n", "\n         "))
		if condition.Error != "" {
			fmt.Fprintf(b, "  (%s)", condition.Error)
		}
		b.WriteByte('\n')
	}
	if len(c.Unless) > 0 {
		fmt.Fprintf(b, "    would not hold %s\n", strings.Join(c.Unless, " and "))
	}
}
