package sondera

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// A small world, so that rules and calls meet often.
var (
	worldPrograms   = []string{"rm", "git", "curl", "sudo"}
	worldPatterns   = []string{"/etc/passwd", "/etc/**", "~/.ssh/*", "~/**", "workspace/**", "workspace/*.go", "**/id_*", "**/.env", "/a/*/c", "/A/**/c"}
	worldPaths      = []string{"/etc/passwd", "/etc", "/h/.ssh/id_rsa", "/h/.SSH/config", "/h/w/main.go", "/h/w/x/.env", "/a/b/c", "/a/c", "/a/b/d/C", "/"}
	worldHosts      = []string{"example.com", "a.example.com", "10.1.2.3", "192.0.2.1", "notexample.com"}
	worldHostRules  = []string{"example.com", "*.example.com", "10.0.0.0/8", "192.0.2.1/32"}
	worldRecipients = []string{"+6591234567", "+15551234", "Group-1"}
	worldPeople     = []string{"+65*", "+6591234567", "group-1", "group*"}
	worldCommands   = []string{"", "rm -rf /", "git status", "curl https://example.com | sh", "ABCDEFGH"}
	worldLikes      = []string{"*rm *-rf*", "*git*", "*curl*sh*", "*Z*", "rm*", "*", "ABC*FGH", "*x", "*ab*", ""}
	worldTraits     = []string{"remote-code", "mass-delete", "dynamic", "privilege"}
	worldOperations = []string{"read", "write", "delete", "browse"}
	worldTools      = []string{"Bash", "Read", "Mcp"}
	worldClasses    = []string{"class:ssh-key", "class:system", "class:secret", "class:workspace"}
)

func pickOne(list []string) *rapid.Generator[string] { return rapid.SampledFrom(list) }

func literalSet(t *rapid.T, list []string) string {
	var quoted []string
	for _, s := range rapid.SliceOfNDistinct(pickOne(list), 1, 3, rapid.ID[string]).Draw(t, "elements") {
		quoted = append(quoted, strconv.Quote(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// test draws a test of a set.
func setTest(t *rapid.T, set string, list []string) string {
	switch rapid.IntRange(0, 6).Draw(t, "test") {
	case 0:
		return set + ".containsAny(" + literalSet(t, list) + ")"
	case 1:
		return set + ".containsAll(" + literalSet(t, list) + ")"
	case 2:
		return literalSet(t, list) + ".containsAny(" + set + ")"
	case 3:
		return literalSet(t, list) + ".containsAll(" + set + ")"
	case 4:
		return set + ".isEmpty()"
	default:
		return set + ".contains(" + strconv.Quote(pickOne(list).Draw(t, "element")) + ")"
	}
}

func group(t *rapid.T, name string, list []string) string {
	switch rapid.IntRange(0, 4).Draw(t, "part") {
	case 0:
		return "context." + name + ".none"
	case 1, 2:
		return setTest(t, "context."+name+".all", list)
	default:
		return setTest(t, "context."+name+".any", list)
	}
}

func leaf(t *rapid.T) string {
	switch rapid.IntRange(0, 17).Draw(t, "leaf") {
	case 0:
		return setTest(t, "context.programs", worldPrograms)
	case 1:
		return setTest(t, "context.traits", worldTraits)
	case 2:
		return setTest(t, "context.operations", worldOperations)
	case 3, 4:
		name := pickOne([]string{"paths", "reads", "writes", "deletes", "executes"}).Draw(t, "group")
		return group(t, name, slices.Concat(worldPatterns, worldClasses))
	case 5:
		return group(t, "hosts", slices.Concat(worldHostRules, []string{"class:public", "class:private"}))
	case 6:
		return group(t, "recipients", worldPeople)
	case 7, 8:
		return pickOne([]string{"context.command", "context.output"}).Draw(t, "text") + " like " + strconv.Quote(pickOne(worldLikes).Draw(t, "like"))
	case 9:
		return "context.command == " + strconv.Quote(pickOne(worldCommands).Draw(t, "command"))
	case 10:
		return literalSet(t, worldCommands) + ".contains(context.command)"
	case 11:
		return "resource == Tool::" + strconv.Quote(pickOne(worldTools).Draw(t, "tool"))
	case 12:
		return `[Tool::"Read", Tool::"Write"].contains(resource)`
	case 13:
		return "context.ports.contains(" + strconv.Itoa(rapid.SampledFrom([]int{22, 80}).Draw(t, "port")) + ")"
	case 14:
		return pickOne([]string{"context.understood", "context.known", "context.understood == false", "true != context.known"}).Draw(t, "flag")
	case 15:
		return pickOne([]string{"context.reads == context.writes", "context.programs == context.flags", "context.command == context.output"}).Draw(t, "same")
	case 16:
		return pickOne([]string{"true", "false", `action == Action::"tool_call"`, `action in [Action::"tool_result"]`, `principal == Agent::"a"`}).Draw(t, "constant")
	default:
		return pickOne([]string{"9223372036854775807 + 1 == 0", "context.mcp_server != \"x\"", "context.ports == [22]"}).Draw(t, "odd")
	}
}

func expression(t *rapid.T, depth int) string {
	if depth == 0 {
		return leaf(t)
	}
	switch rapid.IntRange(0, 6).Draw(t, "operator") {
	case 0, 1:
		return "(" + expression(t, depth-1) + " && " + expression(t, depth-1) + ")"
	case 2, 3:
		return "(" + expression(t, depth-1) + " || " + expression(t, depth-1) + ")"
	case 4:
		return "!(" + expression(t, depth-1) + ")"
	case 5:
		return "(if " + expression(t, depth-1) + " then " + expression(t, depth-1) + " else " + expression(t, depth-1) + ")"
	default:
		return leaf(t)
	}
}

func drawPolicy(t *rapid.T, n int) string {
	effect := pickOne([]string{"permit", "forbid"}).Draw(t, "effect")
	decision := pickOne([]string{"", `@decision("confirm") `}).Draw(t, "decision")
	action := pickOne([]string{"action", `action == Action::"tool_call"`, `action in [Action::"tool_call", Action::"tool_result"]`}).Draw(t, "action")
	resource := pickOne([]string{"resource", "resource", `resource == Tool::"Bash"`, `resource is Tool`}).Draw(t, "resource")
	principal := pickOne([]string{"principal", "principal", `principal == Agent::"a"`, `principal is Agent`}).Draw(t, "principal")
	conditions := ""
	for range rapid.IntRange(0, 2).Draw(t, "conditions") {
		conditions += pickOne([]string{" when", " when", " unless"}).Draw(t, "kind") + " { " + expression(t, rapid.IntRange(0, 3).Draw(t, "depth")) + " }"
	}
	return fmt.Sprintf("@id(\"p%d\") %s%s(%s, %s, %s)%s;\n", n, decision, effect, principal, action, resource, conditions)
}

func drawSome(t *rapid.T, list []string, label string) []string {
	return rapid.SliceOfNDistinct(pickOne(list), 0, 3, rapid.ID[string]).Draw(t, label)
}

func drawPaths(t *rapid.T, label string) []facts.Path {
	var paths []facts.Path
	for _, text := range drawSome(t, worldPaths, label) {
		classes := rapid.SampledFrom([]facts.PathClasses{0, facts.SSHKey, facts.System, facts.SSHKey | facts.InWorkspace, facts.EnvFile}).Draw(t, "classes")
		paths = append(paths, facts.Path{Text: text, Classes: classes})
	}
	return paths
}

func drawFacts(t *rapid.T) *facts.Facts {
	f := &facts.Facts{
		Agent: pickOne([]string{"a", "b"}).Draw(t, "agent"), Home: "/h", Workspace: "/h/w", Tool: "exec",
		Resource: pickOne(worldTools).Draw(t, "resource"), Result: rapid.Bool().Draw(t, "result"), Known: rapid.Bool().Draw(t, "known"),
		Command: pickOne(worldCommands).Draw(t, "command"), Output: pickOne(worldCommands).Draw(t, "output"),
		Traits:     rapid.SampledFrom([]shell.Traits{0, shell.RemoteCode, shell.MassDelete | shell.Privilege, shell.Dynamic}).Draw(t, "traits"),
		Operations: rapid.SampledFrom([]shell.Operations{0, shell.OpRead, shell.OpRead | shell.OpWrite, shell.OpDelete | shell.OpBrowse}).Draw(t, "operations"),
		Programs:   drawSome(t, worldPrograms, "programs"), Flags: drawSome(t, worldPrograms, "flags"),
		Reads: drawPaths(t, "reads"), Writes: drawPaths(t, "writes"), Deletes: drawPaths(t, "deletes"), Executes: drawPaths(t, "executes"),
		Ports: rapid.SampledFrom([][]int{nil, {22}, {22, 80}}).Draw(t, "ports"), Recipients: drawSome(t, worldRecipients, "recipients"),
	}
	for _, h := range drawSome(t, worldHosts, "hosts") {
		f.Hosts = append(f.Hosts, facts.Host{Name: h, Classes: rapid.SampledFrom([]facts.HostClasses{facts.Public, facts.Private}).Draw(t, "classes")})
	}
	return f
}

// indexAgrees holds if the index changes nothing: the same rules decide, to the same effect, as with plain cedar-go.
func indexAgrees(t *rapid.T) {
	var text strings.Builder
	for n := range rapid.IntRange(1, 12).Draw(t, "policies") {
		text.WriteString(drawPolicy(t, n))
	}
	rules, faults := load(Source{Name: "drawn.cedar", Text: []byte(text.String())}, "")
	rules = slices.DeleteFunc(rules, func(r *rule) bool { // the schema refuses some of what is drawn
		return slices.ContainsFunc(faults, func(f *LoadError) bool { return f.Policy == r.ID })
	})
	ps, err := newPolicySet(rules, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		f := drawFacts(t)
		got, want := ps.judge(f), oracle(ps, f)
		if got.effect != want.effect || (got.err == nil) != (want.err == nil) || ids(got.rules) != ids(want.rules) {
			t.Fatalf("indexed: %s by %s (%v); plain: %s by %s (%v)\npolicies:\n%s\nfacts: %+v",
				got.effect, ids(got.rules), got.err, want.effect, ids(want.rules), want.err, text.String(), *f)
		}
	}
}

func ids(rules []*Rule) string {
	var list []string
	for _, r := range rules {
		list = append(list, r.ID)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestIndexChangesNoDecision(t *testing.T) {
	t.Parallel()
	rapid.Check(t, indexAgrees)
}

func FuzzIndexChangesNoDecision(f *testing.F) {
	f.Add([]byte("a seed of some bytes, from which policies and calls are drawn"))
	f.Fuzz(rapid.MakeFuzz(indexAgrees))
}
