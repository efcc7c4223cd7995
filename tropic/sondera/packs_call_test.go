package sondera_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// ruleCase is a rule of a pack with calls that it must stop, and look-alikes that no pack may disturb. A call stands on a
// line: a shell command, or "@tool name=value | name=value" with \n for a line break in values.
type ruleCase struct {
	rule     string
	attacks  string
	harmless string
}

const testWorkspace = "/home/ubuntu/.openclaw/workspace/a"

// lines splits a part of a ruleCase into calls.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// callLine is the call of a line of a ruleCase as JSON.
func callLine(t *testing.T, line string) []byte {
	t.Helper()
	tool, params := "exec", map[string]any{"command": line}
	if rest, ok := strings.CutPrefix(line, "@"); ok {
		var fields string
		tool, fields, _ = strings.Cut(rest, " ")
		params = map[string]any{}
		for field := range strings.SplitSeq(fields, " | ") {
			name, value, _ := strings.Cut(field, "=")
			params[name] = paramValue(value)
		}
	}
	out, err := json.Marshal(map[string]any{"tool": tool, "params": params, "agent": "a", "workspace": testWorkspace})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func paramValue(text string) any {
	switch text {
	case "true", "false":
		return text == "true"
	}
	return strings.ReplaceAll(text, `\n`, "\n")
}
