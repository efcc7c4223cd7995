package openclaw

import (
	"encoding/json"
	"reflect"
	"strings"
)

// hotPaths are the settings that a running gateway takes up by itself (OpenClaw 2026.9.6, "Config hot reload"; the
// last is only named in its prose). Any other path, also one that Tropic never writes, needs a restart.
var hotPaths = []string{
	"agents", "models", "tools", "skills", "bindings", "session", "messages", "hooks", "cron", "approvals", "ui",
	"logging", "plugins.entries", "plugins.allow", "plugins.deny", "plugins.enabled", "plugins.slots", "plugins.load",
	"gateway.auth.token", "gateway.auth.password", "gateway.auth.trustedProxy", "gateway.auth.identityScopes",
	"gateway.trustedProxies", "gateway.roles", "gateway.terminal", "gateway.controlUi.enabled",
	"gateway.controlUi.allowedOrigins",
}

// NeedsRestart reports whether a gateway that runs on one openclaw.json has to be restarted to run on the other. An
// old file that is absent, that is not plain JSON or that names no token gives true: a gateway without a token has made
// one up for itself, or was stopped.
func NeedsRestart(before, after []byte) bool {
	cold := func(raw []byte) (map[string]any, bool) {
		var out map[string]any
		if json.Unmarshal(raw, &out) != nil {
			return nil, false
		}
		for _, path := range hotPaths {
			drop(out, strings.Split(path, "."))
		}
		return out, true
	}
	a, okA := cold(before)
	b, okB := cold(after)
	return !okA || !okB || !HasToken(before) || !reflect.DeepEqual(a, b)
}

// HasToken reports whether a gateway that runs on openclaw.json asks for a token that is written there. A file that is
// not plain JSON is not one of Tropic's, and gives false.
func HasToken(config []byte) bool {
	var out document
	return json.Unmarshal(config, &out) == nil && out.Gateway.Auth.Mode == "token" && out.Gateway.Auth.Token != ""
}

// drop removes a path, and the objects on the way that it leaves empty: an absent one means the same.
func drop(object map[string]any, path []string) {
	if len(path) == 1 {
		delete(object, path[0])
		return
	}
	child, ok := object[path[0]].(map[string]any)
	if !ok {
		return
	}
	if drop(child, path[1:]); len(child) == 0 {
		delete(object, path[0])
	}
}
