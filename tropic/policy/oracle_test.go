package policy_test

import (
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
)

// item is a path, host or recipient: the patterns and classes that it matches.
type item []string

// call is what the gate would know about one tool call.
type call struct {
	resource, tool, server, mcpTool, command string
	understood                               bool
	operations, traits, programs, flags      []string
	languages, packages, channels            []string
	ports                                    []int
	reads, writes, deletes, executes         []item
	hosts, recipients                        []item
}

func (c *call) paths() []item { return slices.Concat(c.reads, c.writes, c.deletes, c.executes) }

func stringSet(words []string) types.Value {
	values := make([]types.Value, 0, len(words))
	for _, w := range words {
		values = append(values, types.String(w))
	}
	return types.NewSet(values...)
}

func group(items []item) types.Value {
	var some, every []string
	for _, i := range items {
		some = append(some, i...)
	}
	if len(items) > 0 {
		for _, e := range items[0] {
			if !slices.ContainsFunc(items, func(i item) bool { return !slices.Contains(i, e) }) {
				every = append(every, e)
			}
		}
	}
	return types.NewRecord(types.RecordMap{"any": stringSet(some), "all": stringSet(every), "none": types.Boolean(len(items) == 0)})
}

func (c *call) request() cedar.Request {
	ports := make([]types.Value, 0, len(c.ports))
	for _, p := range c.ports {
		ports = append(ports, types.Long(p))
	}
	return cedar.Request{
		Principal: types.NewEntityUID("Agent", "a"), Action: types.NewEntityUID("Action", "tool_call"), Resource: types.NewEntityUID("Tool", types.String(c.resource)),
		Context: types.NewRecord(types.RecordMap{
			"tool": types.String(c.tool), "command": types.String(c.command), "mcp_server": types.String(c.server), "mcp_tool": types.String(c.mcpTool),
			"understood": types.Boolean(c.understood), "operations": stringSet(c.operations), "traits": stringSet(c.traits), "programs": stringSet(c.programs),
			"flags": stringSet(c.flags), "languages": stringSet(c.languages), "packages": stringSet(c.packages), "channels": stringSet(c.channels),
			"ports": types.NewSet(ports...), "paths": group(c.paths()), "reads": group(c.reads), "writes": group(c.writes), "deletes": group(c.deletes),
			"executes": group(c.executes), "hosts": group(c.hosts), "recipients": group(c.recipients),
		}),
	}
}

func items(universe ...string) *rapid.Generator[[]item] {
	return rapid.Custom(func(t *rapid.T) []item {
		var out []item
		for range rapid.IntRange(0, 2).Draw(t, "n") {
			var one item
			for _, u := range universe {
				if rapid.Bool().Draw(t, u) {
					one = append(one, u)
				}
			}
			out = append(out, one)
		}
		return out
	})
}

func subset[T comparable](t *rapid.T, name string, universe ...T) []T {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(universe), 0, min(2, len(universe)), rapid.ID[T]).Draw(t, name)
}

func drawCall(t *rapid.T) call {
	places := items("/etc/**", "/tmp/**", "class:secret", "class:null-device", "class:outside-workspace")
	c := call{
		resource:   rapid.SampledFrom([]string{"Bash", "Read", "Message", "Mcp", "Browser", "WebSearch"}).Draw(t, "resource"),
		command:    rapid.SampledFrom([]string{"", "docker ps", "git push -f", "git status; rm x"}).Draw(t, "command"),
		understood: rapid.Bool().Draw(t, "understood"),
		operations: subset(t, "operations", "read", "write", "edit", "delete", "execute", "install", "download", "fetch", "upload", "send", "message", "browse", "elevate"),
		programs:   subset(t, "programs", "docker", "git", "npm", "pip", "sudo", "python3"),
		flags:      subset(t, "flags", "git --force", "git push"),
		languages:  subset(t, "languages", "python", "javascript"),
		channels:   subset(t, "channels", "whatsapp", "telegram"),
		ports:      subset(t, "ports", 22, 80, 443),
		packages:   subset(t, "packages", "left-pad", "numpy"),
		traits:     subset(t, "traits", "privilege", "detach"),
		reads:      places.Draw(t, "reads"), writes: places.Draw(t, "writes"), deletes: places.Draw(t, "deletes"), executes: places.Draw(t, "executes"),
		hosts:      items("example.com", "class:public", "10.0.0.0/8").Draw(t, "hosts"),
		recipients: items("+65*", "+6591234567").Draw(t, "recipients"),
	}
	if c.resource == "Mcp" {
		c.server, c.mcpTool = rapid.SampledFrom([]string{"github", "jira"}).Draw(t, "server"), "create"
	}
	return c
}

// one tells whether some item matches some pattern, each whether there are items and one pattern matches them all.
func one(items []item, patterns ...string) bool {
	return slices.ContainsFunc(items, func(i item) bool { return overlap(i, patterns) })
}

func each(items []item, patterns ...string) bool {
	return len(items) > 0 && slices.ContainsFunc(patterns, func(p string) bool {
		return !slices.ContainsFunc(items, func(i item) bool { return !slices.Contains(i, p) })
	})
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

func only[T comparable](a []T, allowed ...T) bool {
	return !slices.ContainsFunc(a, func(x T) bool { return !slices.Contains(allowed, x) })
}

// meanings say of rules, independently of the compiler, which calls they fire on.
var meanings = map[string]func(c call) bool{
	"DENY: read files in /etc":  func(c call) bool { return one(c.reads, "/etc/**") },
	"DENY: access /etc/":        func(c call) bool { return one(c.paths(), "/etc/**") },
	"DENY: write files in /etc": func(c call) bool { return one(c.writes, "/etc/**") },
	"DENY: read or delete secrets": func(c call) bool {
		return one(c.reads, "class:secret") || one(c.deletes, "class:secret")
	},
	"DENY: delete files": func(c call) bool { return slices.Contains(c.operations, "delete") },
	"DENY: delete files except in /tmp": func(c call) bool {
		return slices.Contains(c.operations, "delete") && !each(c.deletes, "/tmp/**")
	},
	"DENY: read or write files except in /tmp": func(c call) bool {
		inside := (len(c.reads) == 0 || each(c.reads, "/tmp/**")) && (len(c.writes) == 0 || each(c.writes, "/tmp/**"))
		return overlap(c.operations, []string{"read", "write", "edit"}) && !inside
	},
	"ALLOW: read files in /etc": func(c call) bool {
		written := slices.Contains(c.operations, "write") && !each(c.writes, "class:null-device")
		return c.understood && only(c.operations, "read", "write") && !written && each(c.reads, "/etc/**")
	},
	"ALLOW: read and write files in /etc or /tmp": func(c call) bool {
		return c.understood && only(c.operations, "read", "write", "edit") && each(c.paths(), "/etc/**", "/tmp/**")
	},
	"ALLOW: read and write files in /etc except secrets": func(c call) bool {
		return c.understood && only(c.operations, "read", "write", "edit") && each(c.paths(), "/etc/**") && !one(c.reads, "class:secret") && !one(c.writes, "class:secret")
	},
	"REQUIRE CONFIRM: download files larger than 10MB": func(c call) bool {
		return overlap(c.operations, []string{"download", "install"}) || slices.Contains(c.operations, "fetch") && slices.Contains(c.operations, "write")
	},
	"DENY: browse example.com":             func(c call) bool { return one(c.hosts, "example.com") },
	"DENY: connections on ports 22 and 80": func(c call) bool { return overlap(c.ports, []int{22, 80}) },
	"DENY: connect to 10.0.0.0/8 on port 443": func(c call) bool {
		return one(c.hosts, "10.0.0.0/8") && slices.Contains(c.ports, 443)
	},
	"DENY: connections on any port except 443": func(c call) bool {
		contact := len(c.hosts) > 0 || overlap(c.operations, []string{"browse", "search", "fetch", "download", "upload", "send", "post", "message", "connect"})
		return contact && (len(c.ports) == 0 || !only(c.ports, 443))
	},
	"ALLOW: browse example.com": func(c call) bool {
		allowed := []string{"browse", "search", "fetch", "connect"}
		return c.understood && len(c.operations) > 0 && only(c.operations, allowed...) && each(c.hosts, "example.com")
	},
	"REQUIRE CONFIRM: send WhatsApp messages": func(c call) bool {
		sends := overlap(c.operations, []string{"send", "message", "post", "call"})
		return sends && (slices.Contains(c.channels, "whatsapp") || c.resource == "Message" && len(c.channels) == 0)
	},
	"ALLOW: send WhatsApp messages to +65*": func(c call) bool {
		sends := len(c.operations) > 0 && only(c.operations, "send", "message", "post", "call", "connect")
		return c.understood && sends && len(c.channels) > 0 && only(c.channels, "whatsapp") && each(c.recipients, "+65*") && len(c.paths()) == 0
	},
	"DENY: run sudo or elevated commands": func(c call) bool {
		return slices.Contains(c.operations, "elevate") || slices.Contains(c.programs, "sudo") || slices.Contains(c.traits, "privilege")
	},
	"DENY: run docker or `git push --force`": func(c call) bool {
		forced := slices.Contains(c.programs, "git") && slices.Contains(c.flags, "git push") && slices.Contains(c.flags, "git --force")
		return slices.Contains(c.programs, "docker") || forced
	},
	"ALLOW: run docker": func(c call) bool {
		return c.understood && len(c.programs) > 0 && only(c.programs, "docker") && !one(c.writes, "class:outside-workspace")
	},
	"ALLOW: run `git push`": func(c call) bool {
		return c.understood && len(c.programs) > 0 && only(c.programs, "git") && c.command == "git push -f"
	},
	"DENY: install npm packages": func(c call) bool {
		return slices.Contains(c.operations, "install") && slices.Contains(c.programs, "npm")
	},
	"DENY: install packages `left-pad`": func(c call) bool {
		return slices.Contains(c.operations, "install") && slices.Contains(c.packages, "left-pad")
	},
	"DENY: run Python code": func(c call) bool {
		return slices.Contains(c.languages, "python") || slices.Contains(c.programs, "python3")
	},
	"ALLOW: execute code in sandbox environment": func(c call) bool {
		quiet := len(c.hosts) == 0 && len(c.ports) == 0 && !one(c.paths(), "class:outside-workspace") && len(c.traits) == 0
		return c.understood && slices.Contains(c.operations, "execute") && only(c.operations, "execute", "read", "write", "edit") && quiet
	},
	"DENY: use the MCP server github": func(c call) bool { return c.server == "github" },
	"DENY: all tools except read and web_search": func(c call) bool {
		return !c.understood || c.resource != "Read" && c.resource != "WebSearch"
	},
	"DENY: anything": func(call) bool { return true },
	"DENY: anything except reading files in /tmp": func(c call) bool {
		read := only(c.operations, "read", "write") && (!slices.Contains(c.operations, "write") || each(c.writes, "class:null-device")) && each(c.reads, "/tmp/**")
		return !c.understood || !read
	},
}

// TestEffect: every rule fires on the calls that it should, and on no others.
func TestEffect(t *testing.T) {
	t.Parallel()
	for text, meant := range meanings {
		compiled := compile(t, text, policy.NoDefault)
		set, err := cedar.NewPolicySetFromBytes("", []byte(compiled.Cedar))
		if err != nil {
			t.Fatal(text, err)
		}
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c := drawCall(t)
				_, diagnostic := cedar.Authorize(set, types.EntityMap{}, c.request())
				if len(diagnostic.Errors) > 0 {
					t.Fatal(diagnostic.Errors)
				}
				fires := len(diagnostic.Reasons) > 0
				if fires != meant(c) {
					t.Fatalf("fires %v on %+v\n%s", fires, c, compiled.Cedar)
				}
			})
		})
	}
}

// TestStatedCalls: calls that each rule that allows must let through, and near ones that it must not.
func TestStatedCalls(t *testing.T) {
	t.Parallel()
	inEtc := []item{{"/etc/**"}}
	for _, test := range []struct {
		rule  string
		call  call
		fires bool
	}{
		{"ALLOW: read files in /etc", call{understood: true, operations: []string{"read"}, reads: inEtc}, true},
		{"ALLOW: read files in /etc", call{understood: true, operations: []string{"read", "delete"}, reads: inEtc}, false},
		{"ALLOW: read files in /etc", call{operations: []string{"read"}, reads: inEtc}, false},
		{"ALLOW: execute code in sandbox environment", call{understood: true, operations: []string{"execute"}}, true},
		{"ALLOW: execute code in sandbox environment", call{understood: true, operations: []string{"execute", "fetch"}, hosts: []item{{}}}, false},
		{"ALLOW: browse any public website", call{understood: true, operations: []string{"browse"}, hosts: []item{{"class:public"}}}, true},
		{"ALLOW: browse any public website", call{understood: true, operations: []string{"browse"}, hosts: []item{{"class:private"}}}, false},
		{"ALLOW: send WhatsApp messages", call{understood: true, operations: []string{"send", "message"}, channels: []string{"whatsapp"}}, true},
		{"ALLOW: send WhatsApp messages", call{understood: true, operations: []string{"send", "message"}, channels: []string{"whatsapp", "telegram"}}, false},
		{"ALLOW: run docker", call{understood: true, programs: []string{"docker"}, command: "docker ps"}, true},
		{"ALLOW: run docker", call{understood: true, programs: []string{"docker", "sudo"}, command: "sudo docker ps"}, false},
		{"ALLOW: run `git status`", call{understood: true, programs: []string{"git"}, command: "git status -s"}, true},
		{"ALLOW: run `git status`", call{understood: true, programs: []string{"git"}, command: "git status; git push"}, false},
		{"ALLOW: install npm packages", call{understood: true, programs: []string{"npm"}, operations: []string{"install"}}, true},
		{"ALLOW: install npm packages", call{understood: true, programs: []string{"npm"}, operations: []string{"install"}, traits: []string{"package-from-git"}}, false},
	} {
		set, err := cedar.NewPolicySetFromBytes("", []byte(compile(t, test.rule, policy.NoDefault).Cedar))
		if err != nil {
			t.Fatal(err)
		}
		if decision, _ := cedar.Authorize(set, types.EntityMap{}, test.call.request()); bool(decision) != test.fires {
			t.Errorf("%s fires %v on %+v", test.rule, bool(decision), test.call)
		}
	}
}
