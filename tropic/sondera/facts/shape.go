package facts

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// anyShape reads the parameters of a tool that nobody described, by their names and shapes: paths, URLs, shell text, SQL.
// With judge, the name of an MCP tool tells whether its paths are read, written or deleted.
func (b *builder) anyShape(p Value, judge bool) {
	kind := shell.OpRead
	if judge {
		kind = verbOf(b.MCPTool + " " + b.Tool)
	}
	b.shape("", p, kind, 0)
	name := strings.ToLower(b.MCPTool)
	if judge && len(b.Deletes) == 0 && (strings.HasPrefix(name, "delete_") || strings.HasPrefix(name, "destroy_") || strings.HasPrefix(name, "terminate_") || strings.HasPrefix(name, "drop_") || strings.HasPrefix(name, "purge_")) {
		b.Traits |= shell.CloudDestroy
	}
	if judge && kind == shell.OpWrite && (strings.Contains(name, "move") || strings.Contains(name, "rename")) {
		b.Deletes = b.paths(b.Deletes, p.texts("source", "from", "src", "old_path", "oldPath"), false)
	}
}

// verbOf is what the name of a tool says that it does with files.
func verbOf(name string) shell.Operations {
	name = strings.ToLower(name)
	for _, v := range []struct {
		words string
		op    shell.Operations
	}{
		{"delete remove unlink rmdir trash destroy", shell.OpDelete},
		{"write create save edit update append move rename copy mkdir put insert replace patch modify touch chmod upload_to", shell.OpWrite},
	} {
		for _, w := range strings.Fields(v.words) {
			if strings.Contains(name, w) {
				return v.op
			}
		}
	}
	return shell.OpRead
}

func (b *builder) shape(name string, v Value, kind shell.Operations, depth int) {
	if depth > maxDepth {
		return
	}
	switch v.Kind {
	case Object:
		if b.argv(v) {
			return
		}
		for i, n := range v.Names {
			b.shape(strings.ToLower(n), v.Values[i], kind, depth+1)
		}
	case Array:
		for _, e := range v.Values {
			b.shape(name, e, kind, depth+1)
		}
	case String:
		b.leaf(name, v.Text, kind)
	default: // a number, true, false or null touches nothing
	}
}

// argv runs a command that is given as a program and a list of its arguments.
func (b *builder) argv(v Value) bool {
	program := v.text("command", "cmd", "program", "executable")
	args := v.texts("args", "arguments", "argv")
	if list := v.Member("command"); list.Kind == Array && len(list.Values) > 0 {
		if words := v.texts("command"); len(words) == len(list.Values) {
			program, args = words[0], words[1:]
			if len(args) == 0 {
				args = []string{""}
			}
		}
	}
	if program == "" || len(args) == 0 || strings.ContainsAny(program, " ;|&") {
		return false
	}
	argv := append([]string{program}, args...)
	b.Command = strings.Join(argv, " ")
	b.script(shell.AnalyzeArgs(argv, b.environment("")))
	return true
}

// leaf judges one string by the name it stands under and by what it looks like.
func (b *builder) leaf(name, text string, kind shell.Operations) {
	switch {
	case text == "":
	case name == "query" && speaksSQL(b.MCPServer):
		b.script(shell.AnalyzeArgs([]string{"psql", "-c", text}, b.environment("")))
		b.Programs = nil
	case dataNames[name]:
		if holdsToken(text) {
			b.Traits |= shell.Exfiltration
		}
	case commandNames[name]:
		b.shellText(text)
	case name == "code" || name == "script" || name == "source" || name == "expression":
		b.code(text)
	case sqlNames[name]:
		b.script(shell.AnalyzeArgs([]string{"psql", "-c", text}, b.environment("")))
		b.Programs = nil
	case strings.Contains(text, "://") && !strings.ContainsAny(text, " \n"):
		b.urls(text)
		b.Operations |= shell.OpFetch
	case hostNames[name] && !strings.ContainsAny(text, " /\n"):
		b.host(text, nil)
		b.Operations |= shell.OpConnect
	case strings.Contains(name, "path") || strings.Contains(name, "file") || strings.Contains(name, "dir") || name == "source" || name == "destination" || name == "from" || name == "to" || name == "cwd" || name == "location" || name == "root":
		if !strings.ContainsAny(text, "\n") && len(text) < 4096 {
			b.touches(text, kind)
		}
	case looksLikePath(text):
		b.touches(text, kind)
	}
}

// speaksSQL tells whether an MCP server is named like a database.
func speaksSQL(server string) bool {
	server = strings.ToLower(server)
	for _, word := range []string{"sql", "postgres", "maria", "database", "db", "supabase", "snowflake", "bigquery"} {
		if strings.Contains(server, word) {
			return true
		}
	}
	return false
}

var (
	commandNames = nameSet("command cmd shell bash exec commandline command_line shell_command run")
	sqlNames     = nameSet("sql statement")
	dataNames    = nameSet("content contents text body data message title description query prompt new_string old_string newtext oldtext comment summary value question answer note markdown html pattern regex")
	hostNames    = nameSet("host hostname server domain ip address")
)

func nameSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func looksLikePath(text string) bool {
	return len(text) < 512 && !strings.ContainsAny(text, " \n\t") && (strings.HasPrefix(text, "/") && strings.Count(text, "/") > 1 || strings.HasPrefix(text, "~/") || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "file://"))
}

func (b *builder) touches(text string, kind shell.Operations) {
	switch kind {
	case shell.OpDelete:
		b.Deletes = b.paths(b.Deletes, []string{text}, false)
	case shell.OpWrite:
		b.writes(text)
		if p := b.Writes; len(p) > 0 && p[len(p)-1].Classes&Secret != 0 {
			b.reads(text) // it may be the one that is copied from
		}
	default:
		b.reads(text)
	}
	b.Operations |= kind
}

// code is a program in a language that only its text tells: a shell's, or one of those that gates read.
func (b *builder) code(text string) {
	language := "javascript"
	switch {
	case strings.Contains(text, "import ") && !strings.Contains(text, ";"), strings.Contains(text, "def "), strings.Contains(text, "print("):
		language = "python"
	case strings.HasPrefix(text, "#!/bin/") || strings.HasPrefix(text, "#!/usr/bin/env bash"):
		b.shellText(text)
		return
	}
	b.Traits |= shell.InlineCode
	b.script(shell.AnalyzeCode(language, text, b.environment("")))
}
