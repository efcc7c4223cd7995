// Package openclaw writes what the OpenClaw gateway reads, in the schema of OpenClaw 2026.9.6, and knows which changes
// the gateway takes up by itself and which need a restart.
package openclaw

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// DeniedTools reach around the decision gate: a host terminal, other machines, the gateway's own configuration.
var DeniedTools = []string{"terminal", "computer", "nodes", "plugins", "gateway", "openclaw", "portal", "mobile_ui"}

// Config is what Tropic decides of openclaw.json. Everything else is OpenClaw's default.
type Config struct {
	Model          string // "provider/model-id", for agents that name none
	GatewayToken   string // secret
	AllowedOrigins []string
	Agents         []Agent // in any order
}

// Agent is one registered agent.
type Agent struct {
	Slug  string
	Name  string // for people
	Model string // empty = Config.Model
}

// Render returns openclaw.json. Equal configurations give equal bytes.
// Without agents OpenClaw makes do with a "main" one of its own. The first agent by slug is the one that
// OpenClaw's own system work and heartbeat run as.
func Render(c Config) ([]byte, error) {
	agents := slices.SortedFunc(slices.Values(c.Agents), func(a, b Agent) int { return strings.Compare(a.Slug, b.Slug) })
	out := document{
		Gateway: gateway{
			Mode: "local", Port: manifest.GatewayPort, Bind: "loopback",
			Auth:           auth{Mode: "token", Token: c.GatewayToken},
			TrustedProxies: []string{"127.0.0.1"},
			ControlUI:      controlUI{AllowedOrigins: append([]string{}, c.AllowedOrigins...)},
		},
		Agents: agentSection{
			Defaults: agentDefaults{Model: primary{c.Model}, SkipBootstrap: true},
			Entries:  make(map[string]agentEntry, len(agents)),
		},
		Tools: tools{Deny: DeniedTools},
	}
	for _, a := range agents {
		entry := agentEntry{Name: literal(a.Name), Workspace: inHome(Workspace(a.Slug)), Model: a.Model}
		if entry.Model == "" {
			entry.Model = c.Model
		}
		out.Agents.Entries[a.Slug] = entry
	}
	if len(agents) > 0 {
		out.Agents.Ownership = "explicit" // which OpenClaw refuses without agents
		first := &agentRef{agents[0].Slug}
		out.Agents.Defaults.SystemAgent, out.Agents.Defaults.Heartbeat = first, first
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(out)
	return b.Bytes(), err
}

// inHome writes a path below the user's home with "~", which OpenClaw expands: the file then also holds in a tree that is
// not the machine's root.
func inHome(path string) string { return "~" + strings.TrimPrefix(path, "/home/ubuntu") }

var variable = regexp.MustCompile(`\$\{[A-Z_][A-Z0-9_]*\}`)

// literal keeps OpenClaw from putting an environment variable's value in place of "${NAME}" (its documentation,
// "Env var substitution in config values").
func literal(s string) string { return variable.ReplaceAllString(s, "$$$0") }

// The schema, as far as Tropic writes it. Agents defaults carry pointers because a reference to no agent is invalid.
type (
	document struct {
		Gateway gateway      `json:"gateway"`
		Agents  agentSection `json:"agents"`
		Tools   tools        `json:"tools"`
	}
	gateway struct {
		Mode           string    `json:"mode"`
		Port           int       `json:"port"`
		Bind           string    `json:"bind"`
		Auth           auth      `json:"auth"`
		TrustedProxies []string  `json:"trustedProxies"`
		ControlUI      controlUI `json:"controlUi"`
		Terminal       struct {
			Enabled bool `json:"enabled"`
		} `json:"terminal"`
	}
	auth struct {
		Mode  string `json:"mode"`
		Token string `json:"token"`
	}
	controlUI struct {
		AllowedOrigins []string `json:"allowedOrigins"`
	}
	agentSection struct {
		Ownership string                `json:"ownership,omitempty"`
		Defaults  agentDefaults         `json:"defaults"`
		Entries   map[string]agentEntry `json:"entries,omitempty"` // an empty object is refused
	}
	agentDefaults struct {
		Model         primary   `json:"model"`
		SkipBootstrap bool      `json:"skipBootstrap"`
		SystemAgent   *agentRef `json:"systemAgent,omitempty"`
		Heartbeat     *agentRef `json:"heartbeat,omitempty"`
	}
	primary struct {
		Primary string `json:"primary"`
	}
	agentRef struct {
		AgentID string `json:"agentId"`
	}
	agentEntry struct {
		Name      string `json:"name,omitempty"`
		Workspace string `json:"workspace"`
		Model     string `json:"model"`
	}
	tools struct {
		ToolSearch bool     `json:"toolSearch"`
		CodeMode   bool     `json:"codeMode"`
		Deny       []string `json:"deny"`
	}
)
