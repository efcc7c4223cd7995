package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tropicbot/terraform-provider-tropic/"

// forbidden says which rooms a room must not import, by prefix below the module (ARCHITECTURE.md, Rooms); one with "=" is
// that package alone.
var forbidden = map[string][]string{
	"tropic/":                    {"internal/provider", "internal/guest", "internal/localcloud", "tropic/sondera/corpus", "cmd/"},
	"tropic/manifest":            {"tropic/policy", "tropic/templates", "tropic/pricebook"},
	"tropic/policy":              {"tropic/templates", "tropic/pricebook", "tropic/sondera"},
	"tropic/phone":               {"tropic", "internal"},
	"tropic/sondera":             {"tropic/manifest", "tropic/policy", "tropic/templates", "tropic/pricebook"},
	"tropic/sondera/facts":       {"tropic/sondera/redact", "tropic/sondera/audit", "tropic/sondera/pattern", "internal"},
	"tropic/sondera/shell":       {"tropic", "internal"},
	"tropic/sondera/pattern":     {"tropic", "internal"},
	"tropic/sondera/redact":      {"tropic", "internal"},
	"tropic/sondera/audit":       {"tropic", "internal"},
	"tropic/pricebook":           {"tropic", "internal"},
	"tropic/meter":               {"tropic/manifest", "tropic/policy", "tropic/templates", "tropic/sondera", "internal"},
	"tropic/meter/evidence":      {"=tropic", "tropic/meter/journal", "tropic/meter/store", "tropic/meter/controller", "tropic/meter/overshoot"},
	"tropic/meter/client":        {"=tropic", "tropic/meter/api", "tropic/meter/report", "tropic/meter/store", "tropic/meter/journal", "tropic/meter/controller"},
	"tropic/meter/report":        {"=tropic", "tropic/meter/api", "tropic/meter/store", "tropic/meter/journal", "tropic/meter/controller"},
	"tropic/meter/api":           {"=tropic", "tropic/meter/journal", "tropic/meter/controller", "tropic/meter/evidence"},
	"tropic/meter/simulate":      {"=tropic", "tropic/meter/evidence", "tropic/meter/api", "tropic/meter/report"},
	"internal/guest":             {"internal/provider", "internal/localcloud", "tropic/templates", "tropic/sondera", "cmd/"},
	"internal/localcloud":        {"tropic", "internal/provider", "internal/guest", "cmd/"},
	"internal/provider":          {"internal/localcloud", "internal/guest", "tropic/sondera/corpus", "cmd/"},
	"cmd/tropic-guest":           {"internal/provider", "internal/localcloud", "tropic/sondera"},
	"internal/coalesce":          {"tropic", "internal", "cmd/"},
	"internal/nearest":           {"tropic", "internal", "cmd/"},
	"internal/localcloud/driver": {"internal/localcloud/ec2api", "internal/localcloud/ssmapi", "internal/localcloud/iamapi"},
}

// TestImportsGoDownward lists what the non-test code of every package imports.
func TestImportsGoDownward(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		from, imports := strings.TrimPrefix(words[0], module), words[1:]
		packages++
		for room, banned := range forbidden {
			if !strings.HasPrefix(from+"/", room) {
				continue
			}
			for _, imported := range imports {
				to, ours := strings.CutPrefix(imported, module)
				if ours && slices.ContainsFunc(banned, func(b string) bool { return covers(b, to) }) {
					t.Errorf("%s imports %s, against the order of rooms", from, to)
				}
			}
		}
		if from == "internal/provider" && slices.ContainsFunc(imports, func(i string) bool { return strings.HasPrefix(i, "github.com/aws/") }) {
			t.Errorf("%s imports the AWS SDK; that stays behind package tropic", from)
		}
	}
	if packages < 20 {
		t.Errorf("only %d packages were listed", packages)
	}
}

// covers tells whether a rule of forbidden is about a package.
func covers(rule, name string) bool {
	if alone, ok := strings.CutPrefix(rule, "="); ok {
		return name == alone
	}
	return name == rule || strings.HasPrefix(name, strings.TrimSuffix(rule, "/")+"/")
}
