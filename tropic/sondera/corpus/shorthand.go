package corpus

import (
	"encoding/json"
	"fmt"
	"strings"
)

// parseDraft reads one seed. A bare text is a command of exec; "@tool {…}" is a call with those parameters; the other forms
// with @ are short for frequent calls, their parts separated by " :: ".
func parseDraft(rule, family, text string) draft {
	if !strings.HasPrefix(text, "@") {
		return shellDraft(rule, family, text)
	}
	tool, rest, _ := strings.Cut(text[1:], " ")
	d := draft{rule: rule, family: family, tool: tool}
	if strings.HasPrefix(rest, "{") {
		if err := json.Unmarshal([]byte(rest), &d.params); err != nil {
			panic(fmt.Sprintf("corpus: seed %q: %v", text, err))
		}
		return d
	}
	short, known := shorthands[tool]
	if !known {
		panic(fmt.Sprintf("corpus: seed %q: no such shorthand", text))
	}
	first, second, _ := strings.Cut(rest, " :: ")
	d.tool, d.params = short(first, second)
	return d
}

var shorthands = map[string]func(first, second string) (tool string, params map[string]any){
	"read":  func(p, _ string) (string, map[string]any) { return "read", map[string]any{"path": p} },
	"ls":    func(p, _ string) (string, map[string]any) { return "ls", map[string]any{"path": p} },
	"image": func(p, _ string) (string, map[string]any) { return "view_image", map[string]any{"path": p} },
	"glob":  func(p, dir string) (string, map[string]any) { return "glob", withPath(dir, "pattern", p) },
	"find":  func(p, dir string) (string, map[string]any) { return "find", withPath(dir, "pattern", p) },
	"grep":  func(p, dir string) (string, map[string]any) { return "grep", withPath(dir, "pattern", p) },
	"write": func(p, c string) (string, map[string]any) {
		return "write", map[string]any{"path": p, "content": c}
	},
	"edit": func(p, change string) (string, map[string]any) {
		before, after, _ := strings.Cut(change, " => ")
		edit := map[string]any{"oldText": before, "newText": after}
		return "edit", map[string]any{"path": p, "edits": []any{edit}}
	},
	"patch": func(p, change string) (string, map[string]any) {
		before, after, _ := strings.Cut(change, " => ")
		return patch("*** Update File: " + p + "\n@@\n-" + before + "\n+" + after)
	},
	"add":    func(p, c string) (string, map[string]any) { return patch("*** Add File: " + p + "\n+" + c) },
	"delete": func(p, _ string) (string, map[string]any) { return patch("*** Delete File: " + p) },
	"move": func(from, to string) (string, map[string]any) {
		return patch("*** Update File: " + from + "\n*** Move to: " + to)
	},
	"fetch":  func(u, _ string) (string, map[string]any) { return "web_fetch", map[string]any{"url": u} },
	"search": func(q, _ string) (string, map[string]any) { return "web_search", map[string]any{"query": q} },
	"open": func(u, _ string) (string, map[string]any) {
		return "browser", map[string]any{"action": "open", "url": u}
	},
	"upload": func(p, _ string) (string, map[string]any) {
		return "browser", map[string]any{"action": "upload", "paths": []any{p}}
	},
	"media": func(p, _ string) (string, map[string]any) {
		return "message", map[string]any{
			"action": "send", "channel": "telegram", "target": "@friend", "message": "here it is", "media": p,
		}
	},
}

func withPath(path, key, value string) map[string]any {
	if path == "" {
		return map[string]any{key: value}
	}
	return map[string]any{key: value, "path": path}
}

func patch(body string) (string, map[string]any) {
	return "apply_patch", map[string]any{"input": "*** Begin Patch\n" + body + "\n*** End Patch"}
}
