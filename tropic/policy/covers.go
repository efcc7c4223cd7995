package policy

import (
	"slices"
	"strings"
)

// covers is the condition that everything that a call does is what the clause names, exceptions apart. Rules that allow use
// it. It is never true of what is not known before the call.
func (c *Clause) covers() expression {
	switch c.Subject {
	case Files:
		return c.coversFiles()
	case Network:
		return c.coversNetwork()
	case Messages:
		return c.coversMessages()
	case Commands:
		return c.coversCommands()
	case Packages:
		return c.coversPackages()
	case Code:
		return c.coversCode()
	case Tools:
		return c.toolTest()
	case Topics:
		return c.coversTopics()
	default:
		return always
	}
}

// fileOperations are the operations that a verb allows. Editing takes reading with it.
var fileOperations = map[Verb][]string{
	Read:    {"read"},
	Write:   {"write", "edit"},
	Edit:    {"read", "write", "edit"},
	Delete:  {"delete"},
	Execute: {"execute"},
	Access:  {"read", "write", "edit"},
}

func (c *Clause) coversFiles() expression {
	var operations []string
	for _, v := range c.Verbs {
		operations = union(operations, fileOperations[v])
	}
	var parts []expression
	switch {
	case slices.Equal(c.Verbs, []Verb{Read}):
		// what goes to /dev/null, as the messages of a command often do, is written nowhere
		nowhere := oneOfThese(negate(containsAny("operations", []string{"write"})), containsAny("writes.all", []string{"class:null-device"}))
		parts = append(parts, allOf(nothingBut([]string{"read", "write"}, "operations"), nowhere, c.allPaths("reads")))
	case len(operations) > 0:
		parts = append(parts, allOf(nothingBut(operations, "operations"), c.allPaths("paths"), c.editsOnly()))
	}
	if c.has(Download) {
		place := c.allPaths("paths")
		if len(c.Paths)+len(c.Within) == 0 {
			place = inReach("writes")
		}
		parts = append(parts, allOf(containsAny("operations", []string{"download"}),
			nothingBut([]string{"download", "fetch", "browse", "connect", "write"}, "operations"), place, c.allHosts()))
	}
	if c.has(Upload) {
		parts = append(parts, allOf(containsAny("operations", []string{"upload", "send", "post"}),
			nothingBut([]string{"upload", "send", "post", "fetch", "connect", "read", "message"}, "operations"), c.allPaths("reads"), c.allHosts(), c.onlyAddressed()))
	}
	return oneOfThese(parts...)
}

// editsOnly keeps a rule that allows to edit from allowing to read alone.
func (c *Clause) editsOnly() expression {
	if c.has(Edit) && !c.has(Read, Write, Access, Delete, Execute) {
		return containsAny("operations", []string{"write", "edit"})
	}
	return always
}

// allPaths is true when there are paths, and each is one of the clause's.
func (c *Clause) allPaths(group string) expression {
	if len(c.Paths)+len(c.Within) == 0 {
		return present(group)
	}
	return allOf(containsAny(group+".all", c.Paths), containsAny(group+".all", c.Within))
}

func (c *Clause) allHosts() expression { return containsAny("hosts.all", c.Hosts) }

// inReach is true when nothing outside the workspace and temporary directories is in the group.
func inReach(group string) expression {
	return negate(containsAny(group+".any", []string{"class:outside-workspace", "class:uncertain"}))
}

// networkAllowed are the operations that a verb allows on the network.
var networkAllowed = map[Verb][]string{
	Browse:   {"browse", "search", "fetch", "connect"},
	Search:   {"search", "fetch", "connect"},
	Fetch:    {"browse", "fetch", "connect"},
	Download: {"download", "fetch", "browse", "connect", "write"},
	Upload:   {"upload", "send", "post", "fetch", "connect", "read"},
	Send:     {"upload", "send", "post", "fetch", "connect"},
	Connect:  {"connect", "fetch", "browse"},
	Access:   {"connect", "fetch", "browse", "search"},
}

func (c *Clause) coversNetwork() expression {
	var operations []string
	for _, v := range c.Verbs {
		operations = union(operations, networkAllowed[v])
	}
	hosts := c.allHosts()
	switch {
	case slices.Equal(c.Hosts, []string{"class:public"}) && c.has(Browse, Search, Access):
		// a search, and an action in a page that is open already, name no host
		hosts = oneOfThese(hosts, allOf(test("context.hosts.none"), containsAny("operations", []string{"browse", "search"})))
	case len(c.Hosts) == 0:
		hosts = oneOfThese(present("hosts"), containsAny("operations", []string{"browse", "search"}))
	}
	place := always
	if c.has(Download) {
		place = inReach("writes")
	}
	if c.has(Upload) {
		place = allOf(place, inReach("reads"))
	}
	return allOf(containsAny("operations", without(operations, "read", "write")), nothingBut(operations, "operations"), hosts, onlyPorts(c.Ports), place)
}

func without(words []string, dropped ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(dropped, w) })
}

func (c *Clause) coversMessages() expression {
	channel := always
	if len(c.Channels) == 0 {
		channel = oneOfThese(resources(messageTools), someOf("channels"))
	}
	return allOf(containsAny("operations", sending), nothingBut(append(slices.Clone(sending), "connect"), "operations"), channel,
		c.onlyAddressed(), test("context.paths.none"))
}

// onlyAddressed is true when every channel and recipient is known and one of the clause's.
func (c *Clause) onlyAddressed() expression {
	channel := always
	if len(c.Channels) > 0 {
		channel = allOf(someOf("channels"), nothingBut(c.Channels, "channels"))
	}
	return allOf(channel, containsAny("recipients.all", c.Recipients))
}

func (c *Clause) coversCommands() expression {
	if len(c.Commands) == 0 {
		return oneOfThese(resources(shellTools), test(`context.command != ""`))
	}
	var whole []string
	var parts []expression
	for _, text := range c.Commands {
		program, words := splitCommand(text)
		if len(words) == 0 {
			whole = append(whole, program)
			continue
		}
		parts = append(parts, allOf(nothingBut([]string{program}, "programs"), someOf("programs"), beginsWith(text), single()))
	}
	if len(whole) > 0 {
		only := allOf(nothingBut(whole, "programs"), someOf("programs"), inReach("writes"))
		parts = append([]expression{only}, parts...)
	}
	return oneOfThese(parts...)
}

// beginsWith is true of the command itself, and of it with more arguments.
func beginsWith(text string) expression {
	joined := strings.Join(strings.Fields(text), " ")
	joined = strings.TrimSuffix(strings.TrimSuffix(joined, " *"), " …")
	return oneOfThese(textTest("command", joined), test("context.command like "+likePattern(append(strings.Split(joined+" ", "*"), "")...)))
}

func (c *Clause) coversPackages() expression {
	named := always
	if len(c.Packages) > 0 {
		named = allOf(someOf("packages"), nothingBut(c.Packages, "packages"))
	}
	by := always
	if programs := c.managerPrograms(); len(programs) > 0 {
		by = allOf(someOf("programs"), nothingBut(append(slices.Clone(programs), "python", "python3"), "programs"), containsAny("programs", programs))
	}
	return allOf(containsAny("operations", []string{"install"}), nothingBut([]string{"install", "fetch", "download", "connect", "write"}, "operations"),
		inReach("writes"), named, by, negate(containsAny("traits", []string{"package-from-url", "package-from-git", "untrusted-repository"})))
}

// coversCode allows to run code, and what it visibly does in its place: the sandbox is the workspace, without network and
// without another user's rights.
func (c *Clause) coversCode() expression {
	language := always
	if len(c.Languages) > 0 {
		language = oneOfThese(allOf(someOf("languages"), nothingBut(c.Languages, "languages")), allOf(someOf("programs"), nothingBut(c.interpreters(), "programs")))
	}
	if !c.Sandbox {
		return allOf(containsAny("operations", []string{"execute"}), nothingBut([]string{"execute"}, "operations"), language, containsAny("executes.all", c.Within), test("context.hosts.none"))
	}
	return allOf(containsAny("operations", []string{"execute"}), nothingBut([]string{"execute", "read", "write", "edit"}, "operations"), language, containsAny("executes.all", c.Within),
		inReach("paths"), test("context.hosts.none"), test("context.ports.isEmpty()"), negate(containsAny("traits", []string{"sandbox-escape", "privilege", "detach", "persistence"})))
}

func (c *Clause) coversTopics() expression {
	var parts []expression
	for _, name := range c.Topics {
		t := topicNamed(name)
		if len(t.resources) > 0 {
			parts = append(parts, resources(t.resources))
			t.resources = nil
		}
		if by := t.test(); !by.isNever() {
			parts = append(parts, allOf(by, test(`context.command != ""`), single()))
		}
	}
	return oneOfThese(parts...)
}

// within is the condition that what a call does of the clause's verbs is all what the clause names, whatever else it does.
// Rules that deny use it for their exceptions.
func (c *Clause) within() expression {
	switch {
	case c.Subject == Files && !c.has(Download, Upload):
		var parts []expression
		for _, g := range fileGroups {
			if c.has(g.verb) && (g.verb != Edit || !c.has(Write)) {
				inside := c.allPaths(g.group)
				if len(c.Verbs) > 1 {
					inside = oneOfThese(test("context."+g.group+".none"), inside)
				}
				parts = append(parts, inside)
			}
		}
		return allOf(parts...)
	case c.Subject == Files:
		group := "writes"
		if c.has(Upload) {
			group = "reads"
		}
		return allOf(containsAny(group+".all", c.Paths), containsAny(group+".all", c.Within), c.allHosts())
	case c.Subject == Network:
		return allOf(c.allHosts(), onlyPorts(c.Ports))
	case c.Subject == Messages:
		return c.onlyAddressed()
	case c.Subject == Code && !c.Sandbox:
		language := always
		if len(c.Languages) > 0 {
			language = allOf(someOf("programs"), nothingBut(c.interpreters(), "programs"))
		}
		return allOf(language, containsAny("executes.all", c.Within))
	}
	return allOf(test("context.understood"), c.covers())
}
