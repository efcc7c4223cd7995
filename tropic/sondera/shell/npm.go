package shell

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

func npm(c *call) {
	verb := c.operand(0).text
	words := c.rest(1)
	if c.command.Program == "yarn" && verb == "global" {
		verb, words = c.operand(1).text, c.rest(2)
	}
	if r, ok := c.value("--registry"); ok && !officialIndex(r.text) {
		c.mark(UntrustedRepository)
		c.contacts(r, 0)
	}
	switch verb {
	case "install", "i", "in", "add", "isntall", "ci", "update", "upgrade", "up", "link", "":
		c.installs(words)
	case "exec", "x", "dlx", "explore":
		c.does(OpExecute)
		if code, ok := c.value("--call"); ok {
			c.runsText(code, nil)
		} else if len(words) > 0 {
			c.runs(words)
		}
	case "publish":
		c.does(OpUpload)
		c.mark(Upload)
		c.contacts(literal("https://registry.npmjs.org/"), 0)
	case "unpublish", "deprecate", "dist-tag", "login", "adduser", "token", "owner", "access":
		if verb == "token" && len(words) > 0 && words[0].text == "list" {
			return
		}
		c.does(OpUpload)
		c.mark(Upload)
	case "config", "set", "c":
		if len(words) > 0 {
			t := join(words).text
			if strings.Contains(t, "registry") && (strings.HasPrefix(t, "set") || verb == "set") && !officialIndex(lastOperand(words).text) {
				c.mark(UntrustedRepository)
			}
			if strings.Contains(t, "script-shell") || strings.Contains(t, "ignore-scripts false") {
				c.mark(Persistence)
			}
			if strings.Contains(t, "_authToken") || strings.Contains(t, "_auth") {
				c.reads(literal("~/.npmrc"))
			}
		}
		c.does(OpAccess)
	case "pkg":
		for _, w := range words {
			if _, value, ok := strings.Cut(w.text, "="); ok && strings.HasPrefix(w.text, "scripts.") {
				c.runsText(w.part(value), nil)
			} else if ok {
				c.installs([]data{w.part(value)})
			}
		}
	default:
		c.does(OpExecute)
		c.scripts()
		c.out = unknown(0)
	}
}

// scripts runs the scripts of a package.json that the text itself wrote.
func (c *call) scripts() {
	content, ours := c.in.files[c.in.resolve("package.json", false).Text]
	if !ours || content.wholly() {
		return
	}
	var manifest struct {
		Scripts map[string]string `json:"scripts"`
	}
	if json.Unmarshal([]byte(content.known()), &manifest) != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(manifest.Scripts)) {
		c.runsText(literal(manifest.Scripts[name]), nil)
	}
}
