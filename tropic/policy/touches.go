package policy

import (
	"slices"
	"strings"
)

// touches is the condition that some part of a call is what the clause names, exceptions apart. Rules that deny or confirm
// use it. What cannot be known before the call counts as met.
func (c *Clause) touches() expression {
	switch c.Subject {
	case Files:
		return c.touchesFiles()
	case Network:
		return c.touchesNetwork()
	case Messages:
		return c.touchesMessages()
	case Commands:
		return c.touchesCommands()
	case Packages:
		return allOf(containsAny("operations", []string{"install"}), containsAny("programs", c.managerPrograms()), c.packageTest())
	case Code:
		return c.touchesCode()
	case Tools:
		return c.toolTest()
	case Topics:
		return c.touchesTopics()
	default:
		return always
	}
}

// fileGroups are the groups of paths that verbs are about, with the operations that show without a path.
var fileGroups = []struct {
	verb       Verb
	group      string
	operations []string
}{
	{Access, "paths", nil},
	{Read, "reads", []string{"read"}},
	{Write, "writes", []string{"write", "edit"}},
	{Edit, "writes", []string{"write", "edit"}},
	{Delete, "deletes", []string{"delete"}},
	{Execute, "executes", []string{"execute"}},
}

func (c *Clause) touchesFiles() expression {
	var parts []expression
	for i, g := range fileGroups {
		switch {
		case !c.has(g.verb), g.verb == Edit && c.has(Write):
		case len(c.Paths)+len(c.Within) > 0:
			parts = append(parts, allOf(containsAny(g.group+".any", c.Paths), containsAny(g.group+".any", c.Within)))
		case g.operations == nil:
			parts = append(parts, present("paths"))
		default:
			parts = append(parts, containsAny("operations", fileGroups[i].operations))
		}
	}
	if c.has(Download) {
		parts = append(parts, allOf(c.downloads(), c.elsewhere("writes")))
	}
	if c.has(Upload) {
		parts = append(parts, allOf(containsAny("operations", uploading), c.elsewhere("reads"), c.addressed()))
	}
	return oneOfThese(parts...)
}

// uploading are the operations that carry a file away.
var uploading = []string{"upload", "send", "post", "message"}

// downloads is the test for a download: an operation of its own, or a fetch that is written to a file. If the size matters,
// an installation counts too: how much it loads is not known either.
func (c *Clause) downloads() expression {
	operations := []string{"download"}
	if c.Size != nil {
		operations = append(operations, "install")
	}
	return oneOfThese(containsAny("operations", operations), test(`context.operations.containsAll(["fetch", "write"])`))
}

// elsewhere is the test for the files and the host of a transfer.
func (c *Clause) elsewhere(group string) expression {
	return allOf(containsAny(group+".any", c.Paths), containsAny(group+".any", c.Within), containsAny("hosts.any", uncertain(c.Hosts)))
}

// uncertain adds to public hosts those that only the run can tell.
func uncertain(hosts []string) []string {
	if slices.Contains(hosts, "class:public") {
		return union(hosts, []string{"class:uncertain"})
	}
	return hosts
}

// networkOperations are the operations that reach the network by a verb. A verb that is not listed is met by any contact.
var networkOperations = map[Verb][]string{
	Browse:   {"browse", "search", "fetch", "download"},
	Search:   {"search"},
	Fetch:    {"browse", "fetch", "download"},
	Download: {"download"},
	Upload:   {"upload", "send", "post"},
	Send:     {"upload", "send", "post"},
}

// contacts are all operations that reach the network.
var contacts = []string{"browse", "search", "fetch", "download", "upload", "send", "post", "message", "connect"}

func (c *Clause) touchesNetwork() expression {
	var operations []string
	named := len(c.Hosts) > 0 && !slices.ContainsFunc(c.Hosts, isClass)
	unlimited := false
	for _, v := range c.Verbs {
		unlimited = unlimited || networkOperations[v] == nil || v == Browse && named
		operations = union(operations, networkOperations[v])
	}
	hosts := containsAny("hosts.any", uncertain(c.Hosts))
	if !unlimited {
		if slices.Contains(c.Hosts, "class:public") { // a search names no host
			hosts = oneOfThese(hosts, test("context.hosts.none"))
		}
		return allOf(containsAny("operations", operations), hosts, anyPort(c.Ports))
	}
	if len(c.Ports) > 0 {
		return allOf(anyPort(c.Ports), hosts)
	}
	general := oneOfThese(present("hosts"), containsAny("operations", contacts))
	switch {
	case len(c.Hosts) == 0:
		return general
	case slices.Contains(c.Hosts, "class:public"):
		return oneOfThese(hosts, allOf(test("context.hosts.none"), containsAny("operations", contacts)))
	}
	return hosts
}

func isClass(element string) bool { return strings.HasPrefix(element, "class:") }

var (
	sending      = []string{"send", "message", "post", "call"}
	messageTools = []string{"Message", "ConversationsSend", "ConversationsTurn"}
	mailPrograms = []string{"mail", "mailx", "sendmail", "mutt", "msmtp", "swaks", "s-nail"}
)

// addressed is the test for the channel and the recipient of what is sent.
func (c *Clause) addressed() expression {
	if len(c.Channels)+len(c.Recipients) == 0 {
		return always
	}
	return allOf(c.channelTest(), c.recipientTest())
}

func (c *Clause) recipientTest() expression {
	if len(c.Recipients) == 0 {
		return always
	}
	return oneOfThese(containsAny("recipients.any", c.Recipients), test("context.recipients.none"))
}

func (c *Clause) channelTest() expression {
	byTool := resources(messageTools)
	if len(c.Channels) == 0 {
		return oneOfThese(byTool, someOf("channels"), containsAny("operations", []string{"message"}))
	}
	channel := oneOfThese(containsAny("channels", c.Channels), allOf(byTool, test("context.channels.isEmpty()")))
	for _, name := range c.Channels {
		channel = oneOfThese(channel, test("context.mcp_server like "+likePattern("", name, "")))
	}
	return channel
}

func (c *Clause) touchesMessages() expression {
	sent := allOf(containsAny("operations", sending), c.channelTest())
	if slices.Contains(c.Channels, "email") {
		sent = oneOfThese(sent, containsAny("programs", mailPrograms))
	}
	return allOf(sent, c.recipientTest())
}

var shellTools = []string{"Bash", "Process", "Terminal"}

func (c *Clause) touchesCommands() expression {
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
		parts = append(parts, commandTest(program, words))
	}
	if len(whole) > 0 {
		parts = append([]expression{containsAny("programs", whole)}, parts...)
	}
	return oneOfThese(parts...)
}

func (c *Clause) touchesCode() expression {
	runs := oneOfThese(containsAny("operations", []string{"execute"}), someOf("languages"))
	if len(c.Languages) > 0 {
		runs = oneOfThese(containsAny("languages", c.Languages), containsAny("programs", c.interpreters()))
	}
	return allOf(runs, containsAny("executes.any", c.Within))
}

func (c *Clause) interpreters() []string {
	var out []string
	for _, l := range c.Languages {
		out = union(out, languagePrograms[l])
	}
	return out
}

func (c *Clause) managerPrograms() []string {
	var out []string
	for _, m := range c.Managers {
		out = union(out, managerPrograms[m])
	}
	return out
}

// packageTest also finds a name with a version or extras behind it, which the gate takes for a part of the name.
func (c *Clause) packageTest() expression {
	if len(c.Packages) == 0 {
		return always
	}
	named := containsAny("packages", c.Packages)
	for _, name := range c.Packages {
		for _, sign := range []string{"=", "@", "[", ">", "<", "~"} {
			named = oneOfThese(named, test("context.command like "+likePattern("", name+sign, "")))
		}
	}
	return named
}

func (c *Clause) touchesTopics() expression {
	var parts []expression
	for _, name := range c.Topics {
		t := topicNamed(name)
		parts = append(parts, t.test())
	}
	return oneOfThese(parts...)
}

func (t topic) test() expression {
	var parts []expression
	for _, mark := range []struct {
		attribute string
		words     []string
	}{{"operations", t.operations}, {"programs", t.programs}, {"traits", t.traits}} {
		if len(mark.words) > 0 {
			parts = append(parts, containsAny(mark.attribute, mark.words))
		}
	}
	if len(t.resources) > 0 {
		parts = append(parts, resources(t.resources))
	}
	return oneOfThese(parts...)
}

// toolTest is true of the tools that the clause names.
func (c *Clause) toolTest() expression {
	var known []string
	var parts []expression
	for _, name := range c.Tools {
		if r := toolResources[name]; r != "" {
			known = union(known, []string{r})
			continue
		}
		parts = append(parts, toolNamed(name))
	}
	if len(c.Tools) == 0 {
		return always
	}
	return oneOfThese(append([]expression{resources(known)}, parts...)...)
}

func toolNamed(name string) expression {
	if name == allMCP {
		return resources([]string{"Mcp"})
	}
	server, tool, mcp := strings.Cut(name, "__")
	if !mcp {
		return textTest("tool", name)
	}
	return allOf(textTest("mcp_server", server), textTest("mcp_tool", tool))
}

// textTest compares an attribute with a text in which * stands for any characters.
func textTest(attribute, text string) expression {
	switch {
	case text == "*":
		return always
	case strings.Contains(text, "*"):
		return test("context." + attribute + " like " + likePattern(strings.Split(text, "*")...))
	}
	return test("context." + attribute + " == " + quote(text))
}
