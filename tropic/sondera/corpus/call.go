package corpus

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Agent and Workspace are those of every call. OpenClaw runs commands by `bash -c` as user ubuntu in the workspace.
const (
	Agent     = "a"
	Workspace = "/home/ubuntu/.openclaw/workspace/a"
	home      = "/home/ubuntu"
)

// Call is one tool call of an agent.
type Call struct {
	Name   string // unique within its corpus
	Rule   string // the id of the rule that it is meant for, "" for everyday calls
	Family string // what kind of spelling, program or tool it is
	Line   string // the call as a JSON object on one line, as `tropic gate eval` reads it
}

// draft is a call that is not named yet.
type draft struct {
	rule, family string
	tool         string
	params       map[string]any
}

// shellDraft is a draft of the tool exec.
func shellDraft(rule, family, command string) draft {
	return draft{rule: rule, family: family, tool: "exec", params: map[string]any{"command": command}}
}

// command is the text of a plain exec call, "" for every other call.
func (d draft) command() string {
	if d.tool != "exec" || len(d.params) != 1 {
		return ""
	}
	text, _ := d.params["command"].(string)
	return text
}

// line is the JSON of the call; equal calls have equal lines.
func (d draft) line() string {
	return jsonText(struct {
		Tool      string         `json:"tool"`
		Params    map[string]any `json:"params"`
		Agent     string         `json:"agent"`
		Workspace string         `json:"workspace"`
	}{d.tool, d.params, Agent, Workspace})
}

// calls names drafts by rule, family and number, and drops those that came before.
func calls(drafts []draft) []Call {
	seen := make(map[string]bool, len(drafts))
	counts := make(map[string]int)
	var out []Call
	for _, d := range drafts {
		line := d.line()
		if seen[line] {
			continue
		}
		seen[line] = true
		prefix := d.family
		if d.rule != "" {
			prefix = d.rule + "/" + d.family
		}
		counts[prefix]++
		out = append(out, Call{Name: fmt.Sprintf("%s/%03d", prefix, counts[prefix]), Rule: d.rule, Family: d.family, Line: line})
	}
	return out
}

// jsonText encodes without the escapes for HTML, which would hide what a command says.
func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("corpus: a call cannot be encoded: %v", err))
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
