package sondera_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
)

// faults are the LoadErrors of an error, as text.
func faults(t *testing.T, err error) []string {
	t.Helper()
	var list []string
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		var fault *sondera.LoadError
		if !errors.As(err, &fault) {
			t.Fatalf("%v is no LoadError", err)
		}
		list = append(list, fault.Error())
	}
	if err != nil {
		walk(err)
	}
	return list
}

func when(condition string) string {
	return "@id(\"x\")\nforbid(principal, action, resource)\nwhen { " + condition + " };"
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// syntax
		`@id("x") forbid(principal, action, resource) when { context.command lik "x" };`: `f.cedar:1:69: policy "x": the policy cannot be parsed`,
		"// c\n\n  @id(\"x\") forbid(principal action, resource);":                       `f.cedar:3:29: policy "x": the policy cannot be parsed: "action" stands where "," should`,
		`@id("x") forbid(principal, action, resource)`:                                   `f.cedar:1:45: policy "x": the policy cannot be parsed`,
		`"`: `f.cedar:1:`,
		"@id(\"x\")\nforbid(principal, action, resource) when { true }\n": `f.cedar:2:50: policy "x"`,
		`@id("x") forbid(`: `f.cedar:1:17: policy "x"`,
		// annotations
		`forbid(principal, action, resource);`:                                            `f.cedar:1:1: the policy has no @id`,
		`@id("x") @decison("confirm") permit(principal, action, resource);`:               `f.cedar:1:19: policy "x": there is no annotation @decison: it would have no effect; write @decision`,
		`@id("x") @decision("ask") forbid(principal, action, resource);`:                  `f.cedar:1:20: policy "x": a forbid cannot have the decision "ask"`,
		`@id("x") @decision("deny") permit(principal, action, resource);`:                 `a permit cannot have the decision "deny"`,
		`@id("x") @severity("hihg") forbid(principal, action, resource);`:                 `f.cedar:1:20: policy "x": there is no severity "hihg"; write one of critical, high, medium, low`,
		`@id("x") @asi("ASI01,ASI11") forbid(principal, action, resource);`:               `there is no asi "ASI11"`,
		`@id("x") @classes("github-tokens") forbid(principal, action, resource);`:         `there is no classes "github-tokens"; write "github-token"`,
		`@id("x") forbid(principal, action == Action::"tool_calls", resource);`:           `f.cedar:1:46: policy "x": there is no Action::"tool_calls": the rule could never hold; write "tool_call"`,
		`@id("x") forbid(principal, action, resource == Tool::"bash");`:                   `f.cedar:1:54: policy "x": there is no Tool::"bash": the rule could never hold; write "Bash"`,
		`@id("x") forbid(principal == User::"a", action, resource);`:                      `f.cedar:1:30: policy "x": there is no entity type User`,
		`@id("x") forbid(principal, action, resource) when { resource in Tol::"Bash" }; `: `there is no entity type Tol; write "Tool"`,
		// attributes
		when(`context.comand like "*x*"`):                        `f.cedar:3:16: policy "x": context has no attribute "comand"; write "command"`,
		when(`context["trait"].contains("eval")`):                `f.cedar:3:16: policy "x": context has no attribute "trait"; write "traits"`,
		when(`context.reads.some.contains("/x")`):                `f.cedar:3:22: policy "x": a group has no attribute "some"; write any, all or none`,
		when(`context has comand`):                               `f.cedar:3:20: policy "x": context has no attribute "comand": the test is always false`,
		when(`context.understood && context.known && context.x`): `f.cedar:3:55: policy "x": context has no attribute "x"`,
		// words
		when(`context.traits.contains("remote_code")`):            `f.cedar:3:32: policy "x": context.traits never holds "remote_code": the rule could never see it; write "remote-code"`,
		when(`context.traits.containsAny(["eval", "evil"])`):      `f.cedar:3:44: policy "x": context.traits never holds "evil"`,
		when(`context.operations.contains("reed")`):               `context.operations never holds "reed": the rule could never see it; write "read"`,
		when(`context.reads.any.contains("class:ssh-keys")`):      `context.reads.any never holds "class:ssh-keys": there is no such class; write "class:ssh-key"`,
		when(`context.hosts.any.contains("class:ssh-key")`):       `context.hosts.any never holds "class:ssh-key"`,
		when(`context.reads.any.contains("etc/passwd")`):          `f.cedar:3:35: policy "x": context.reads.any never holds "etc/passwd": the pattern "etc/passwd" has no known beginning`,
		when(`context.hosts.any.contains("https://example.com")`): `is no host`,
		when(`context.recipients.any.contains("*65")`):            `is no recipient`,
		// types
		when(`context.command.contains("rm")`):                             `f.cedar:3:24: policy "x": contains asks a set, and this is a String; ask a text with like "*…*"`,
		when(`context.programs like "rm*"`):                                `f.cedar:3:25: policy "x": like wants a String, and this is a Set<String>; ask a set with .contains(…)`,
		when(`context.programs == "rm"`):                                   `f.cedar:3:25: policy "x": a Set<String> is compared with a String: they are never equal; ask a set with .contains(…)`,
		when(`context.reads.contains("/etc/passwd")`):                      `contains asks a set, and this is a group; ask its any or its all`,
		when(`context.ports.contains("22")`):                               `a Set<Long> never holds a String`,
		when(`context.programs.containsAny("rm")`):                         `containsAny wants a set of elements, and this is a String; write [ ] around the elements`,
		when(`context.command`):                                            `a condition must be a Bool, and this is a String`,
		when(`context.known && context.command`):                           `f.cedar:3:25: policy "x": what stands after && must be a Bool, and this is a String`,
		when(`!context.programs`):                                          `what ! negates must be a Bool`,
		when(`context.command > 3`):                                        `> wants numbers, and this is a String`,
		when(`context.command.length`):                                     `a String has no attribute "length"`,
		when(`context.known.isEmpty()`):                                    `isEmpty asks a set, and this is a Bool`,
		when(`principal.name == "x"`):                                      `an entity has no attribute "name"`,
		when(`ip(context.command).isLoopback()`):                           `does not fit the schema: extension constructors may not be called with non-literal expressions`,
		when(`if context.known then context.command else "x"`):             `a condition must be a Bool, and this is a String`,
		when(strings.Repeat("(", 200) + "true" + strings.Repeat(")", 200)): `f.cedar:3:107: the policy is nested too deeply`,
		when(strings.Repeat("!", 200) + "true"):                            `the policy is nested too deeply`,
		strings.Repeat(" ", sondera.MaxSourceSize+1):                       `the source is too long`,
	} {
		_, err := sondera.Check(sondera.Source{Name: "f.cedar", Text: []byte(text)})
		got := faults(t, err)
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%.90s\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestEveryFaultIsReported(t *testing.T) {
	t.Parallel()
	_, err := sondera.Check(
		sondera.Source{Name: "a.cedar", Text: []byte("@id(\"x\") forbid(principal, action, resource) when { context.a && context.b };\n@id(\"y\") forbid(principal, action, resource);\n@id(\"y\") forbid(principal, action, resource);")},
		sondera.Source{Name: "b.cedar", Text: []byte("@id(\"1\") forbid(;\n@id(\"2\") permit(principal, action, resource);\n@id(\"3\") forbid(principal);")},
		sondera.Source{Name: "c.cedar", Text: []byte("@id(\"x\") forbid(principal, action, resource);")},
	)
	got := strings.Join(faults(t, err), "\n")
	for _, want := range []string{
		`a.cedar:1:61: policy "x": context has no attribute "a"`, `a.cedar:1:74: policy "x": context has no attribute "b"`,
		`a.cedar:3:1: policy "y": the @id is taken: a.cedar:2 has it too`, `b.cedar:1:`, `policy "3"`,
		`c.cedar:1:1: policy "x": the @id is taken: a.cedar:1 has it too`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n != 6 {
		t.Errorf("%d faults, want 6:\n%s", n, got)
	}
}

// The samples of the product's documentation load as they stand, and act as they say.
func TestSchemaIsWhatPoliciesAreCheckedBy(t *testing.T) {
	t.Parallel()
	schema := sondera.Schema()
	for _, tool := range []string{"Bash", "Mcp", "Unknown"} {
		if !strings.Contains(schema, `"`+tool+`"`) {
			t.Errorf("the schema lacks the tool %s", tool)
		}
	}
	_, err := sondera.Check(sondera.Source{Name: "all.cedar", Text: []byte(`@id("all") permit(principal is Agent, action in [Action::"tool_call", Action::"tool_result"], resource is Tool)
		when { context.tool == "" || context.session == "" || context.workspace == "" || context.command == "" || context.output == "" ||
		context.understood || context.known || context.mcp_server == "" || context.mcp_tool == "" || context.operations.isEmpty() ||
		context.traits.isEmpty() || context.programs.isEmpty() || context.flags.isEmpty() || context.languages.isEmpty() ||
		context.packages.isEmpty() || context.channels.isEmpty() || context.ports.isEmpty() || context.paths.none || context.reads.any.isEmpty() ||
		context.writes.all.isEmpty() || context.deletes.none || context.executes.none || context.hosts.none || context.recipients.none };`)})
	if err != nil {
		t.Error(err)
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		when(`context.traits.contains("eval") && !(context.command like "*x*")`), when(`if true then context.known else [1].contains(2)`),
		`@id("é\u{1F600}") permit(principal is Agent in Agent::"a", action in [Action::"tool_call"], resource) unless { context has reads.any };`,
		`forbid(`, `@`, "//\n;;;", when(`{a: 1}.a == -9223372036854775808`), when(`ip("10.0.0.1").isInRange(ip("10.0.0.0/8"))`),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := sondera.Check(sondera.Source{Name: "f", Text: []byte(text)})
		for _, fault := range faults(t, err) {
			if !strings.HasPrefix(fault, "f:") {
				t.Errorf("a fault without its file: %s", fault)
			}
		}
		if err != nil {
			return
		}
		for _, r := range rules {
			if r.ID == "" || r.Line < 1 {
				t.Errorf("rule %+v lacks id or line", r)
			}
		}
		g, err := sondera.New(sondera.Options{Lockdown: true, Shared: []sondera.Source{{Name: "f", Text: []byte(text)}}})
		if err != nil {
			t.Fatalf("what Check passes does not load: %v", err)
		}
		g.DecideFacts(t.Context(), understood(nil))
	})
}
