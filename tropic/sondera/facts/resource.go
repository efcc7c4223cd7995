package facts

import (
	"slices"
	"strings"
)

// resources gives the tool ids of OpenClaw 2026.9.6 their names in policies.
var resources = map[string]string{
	"exec": "Bash", "bash": "Bash", "shell": "Bash", "process": "Process", "terminal": "Terminal",
	"read": "Read", "write": "Write", "edit": "Edit", "apply_patch": "ApplyPatch",
	"ls": "List", "list": "List", "glob": "Find", "find": "Find", "grep": "Grep", "view_image": "ViewImage", "image": "ViewImage",
	"web_fetch": "WebFetch", "web_search": "WebSearch", "browser": "Browser",
	"message": "Message", "conversations_send": "ConversationsSend", "conversations_turn": "ConversationsTurn",
	"sessions_spawn": "SessionsSpawn", "sessions_send": "SessionsSend", "sessions_list": "Sessions", "sessions_history": "Sessions",
	"session_status": "Sessions", "sessions": "Sessions", "subagents": "Subagents", "agents_list": "Sessions",
	"automations": "Automations", "cron": "Automations",
	"memory_search": "MemorySearch", "memory_get": "MemoryGet", "ask_user": "AskUser", "secrets": "Secrets", "tts": "Speak",
	"skill_workshop": "SkillWorkshop", "plugins": "Plugins", "gateway": "Gateway", "openclaw": "OpenClaw", "nodes": "Nodes",
	"computer": "Computer", "portal": "Portal", "mobile_ui": "MobileUI",
}

const (
	resourceMCP     = "Mcp"     // <server>__<tool>
	resourceUnknown = "Unknown" // any other tool
)

// Resources lists the names of all tools in policies, sorted.
func Resources() []string {
	names := []string{resourceMCP, resourceUnknown}
	for _, n := range resources {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// resource names the tool with an id, and the server and tool of MCP.
func resource(id string) (name, server, tool string) {
	if n, ok := resources[id]; ok {
		return n, "", ""
	}
	if lower := strings.ToLower(id); lower != id {
		if n, ok := resources[lower]; ok {
			return n, "", ""
		}
	}
	if server, tool, ok := strings.Cut(id, "__"); ok && server != "" && tool != "" {
		if server == "mcp" { // mcp__<server>__<tool>
			if s, t, ok := strings.Cut(tool, "__"); ok && s != "" && t != "" {
				return resourceMCP, s, t
			}
		}
		return resourceMCP, server, tool
	}
	return resourceUnknown, "", ""
}
