package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// Of sorts a call into facts. It returns for every call, in bounded time, and never panics.
func Of(c Call) Facts {
	b := builder{call: &c}
	b.begin()
	b.tool()
	b.end()
	return b.Facts
}

// builder gathers the facts of one call.
type builder struct {
	Facts
	call  *Call
	place place
}

func (b *builder) begin() {
	c := b.call
	b.Agent, b.Session, b.Tool, b.Result, b.Output = c.Agent, c.Session, c.Tool, c.Result, c.Output
	b.Resource, b.MCPServer, b.MCPTool = resource(c.Tool)
	b.Workspace, b.Home = c.Workspace, c.Home
	if b.Workspace != "" {
		b.Workspace = path.Clean(b.Workspace)
	}
	if b.Home == "" {
		b.Home = home(b.Workspace)
	}
	b.place = newPlace(b.Workspace, b.Home)
	b.Known = b.Resource != resourceUnknown
}

// tool reads the parameters, by what the tool does with them.
func (b *builder) tool() {
	p := b.call.Params
	switch b.Resource {
	case "Bash":
		b.exec(p)
	case "Process":
		b.process(p)
	case "Terminal":
		b.shellText(p.text("data", "text", "command", "input"))
	case "Read", "ViewImage", "MemoryGet":
		b.Operations |= shell.OpRead
		b.reads(p.texts(pathNames...)...)
	case "List", "Find", "Grep":
		b.searchFiles(p)
	case "Write":
		b.Operations |= shell.OpWrite
		b.writes(p.texts(pathNames...)...)
	case "Edit":
		b.Operations |= shell.OpEdit | shell.OpWrite
		b.writes(p.texts(pathNames...)...)
	case "ApplyPatch":
		b.patch(p.text("input", "patch", "diff"))
	case "WebFetch":
		b.Operations |= shell.OpFetch | shell.OpBrowse
		b.urls(p.texts("url", "urls")...)
	case "WebSearch":
		b.Operations |= shell.OpSearch | shell.OpBrowse
		if holdsToken(p.text("query", "q")) {
			b.Traits |= shell.Exfiltration
		}
	case "Browser":
		b.browser(p)
	case "Message", "ConversationsSend", "ConversationsTurn", "SessionsSend":
		b.message(p)
	case "SessionsSpawn":
		b.Operations |= shell.OpCall
		b.reads(p.texts("cwd", "attachments")...)
	case "MemorySearch":
		b.Operations |= shell.OpSearch
	case "Speak":
		b.Operations |= shell.OpMessage
	case "Secrets":
		b.Operations |= shell.OpAccess
	case "Plugins", "Gateway", "OpenClaw", "SkillWorkshop":
		b.administer(p)
	case "Nodes", "Computer", "MobileUI", "Portal", "Automations", "AskUser", "Sessions", "Subagents":
		b.Operations |= shell.OpCall
		b.anyShape(p, false)
	default: // MCP tools and those that nobody knows
		b.Operations |= shell.OpCall
		b.anyShape(p, true)
	}
}

var pathNames = []string{"path", "file_path", "filePath", "file", "filename", "absolute_path", "paths", "target_file", "image"}

// end sorts and rids of repeats, so that the same call gives the same facts.
func (b *builder) end() {
	for _, list := range []*[]string{&b.Programs, &b.Flags, &b.Languages, &b.Packages, &b.Channels, &b.Recipients} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.Sort(b.Ports)
	b.Ports = slices.Compact(b.Ports)
}

// environment is where the agent's commands run.
func (b *builder) environment(dir string) shell.Environment {
	if dir == "" {
		dir = b.Workspace
	}
	return shell.Environment{Dir: dir, Home: b.Home, Sensitive: b.sensitive}
}

func (b *builder) sensitive(p shell.Path) bool {
	if b.place.classify(p.Text, p.Pattern)&Secret != 0 {
		return true
	}
	name := path.Base(p.Text)
	return (name == "shadow" || name == "gshadow") && strings.HasPrefix(p.Text, "/etc/")
}

// resolve makes a path of a tool's parameter absolute.
func (b *builder) resolve(text string) string {
	if rest, ok := strings.CutPrefix(text, "file://"); ok {
		text = rest
	}
	switch {
	case text == "~" || strings.HasPrefix(text, "~/"):
		text = b.Home + text[1:]
	case strings.HasPrefix(text, "$HOME/"), strings.HasPrefix(text, "${HOME}/"):
		text = b.Home + text[strings.IndexByte(text, '/'):]
	case !strings.HasPrefix(text, "/") && b.Workspace != "":
		text = b.Workspace + "/" + text
	}
	return b.follow(path.Clean(text))
}

// follow goes through the names that /proc gives to the root and the working directory.
func (b *builder) follow(text string) string {
	rest, ok := strings.CutPrefix(text, "/proc/")
	if !ok {
		return text
	}
	if _, rest, ok = strings.Cut(rest, "/"); !ok {
		return text
	}
	switch {
	case rest == "root" || strings.HasPrefix(rest, "root/"):
		return path.Clean("/" + strings.TrimPrefix(rest, "root"))
	case rest == "cwd" || strings.HasPrefix(rest, "cwd/"):
		return path.Clean(b.Workspace + "/" + strings.TrimPrefix(rest, "cwd"))
	}
	return text
}

// paths classifies texts, and what links they are.
func (b *builder) paths(list []Path, texts []string, pattern bool) []Path {
	for _, t := range texts {
		if t == "" {
			continue
		}
		list = b.path(list, b.resolve(t), pattern && strings.ContainsAny(t, "*?["))
	}
	return list
}

func (b *builder) path(list []Path, text string, pattern bool) []Path {
	for _, p := range list {
		if p.Text == text && p.Pattern == pattern {
			return list
		}
	}
	classes := b.place.classify(text, pattern)
	if classes == NullDevice { // 2>/dev/null touches nothing
		return list
	}
	list = append(list, Path{Text: text, Pattern: pattern, Classes: classes})
	if b.call.Resolve != nil && !pattern {
		if target, ok := b.call.Resolve(text); ok && target != text {
			list = append(list, Path{Text: target, Classes: b.place.classify(target, false)})
		}
	}
	return list
}

func (b *builder) reads(texts ...string) { b.Reads = b.paths(b.Reads, texts, true) }

func (b *builder) writes(texts ...string) { b.Writes = b.paths(b.Writes, texts, false) }

// searchFiles is ls, find, glob and grep.
func (b *builder) searchFiles(p Value) {
	b.Operations |= shell.OpRead
	roots := p.texts("path", "paths", "dir", "directory", "cwd", "root")
	if len(roots) == 0 {
		roots = []string{"."}
	}
	b.reads(roots...)
	var globs []string
	switch b.Resource {
	case "Find":
		globs = p.texts("pattern", "glob", "patterns", "name", "query")
	case "Grep":
		globs = p.texts("glob", "include", "globs")
	}
	for _, g := range globs {
		for _, r := range roots {
			if strings.HasPrefix(g, "/") || strings.HasPrefix(g, "~") {
				b.reads(g)
			} else {
				b.reads(strings.TrimSuffix(r, "/") + "/" + g)
			}
		}
	}
}
