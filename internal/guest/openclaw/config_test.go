package openclaw_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw"
	"github.com/tropicbot/terraform-provider-tropic/internal/guest/openclaw/openclawtest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func configs() map[string]openclaw.Config {
	base := openclaw.Config{
		Model: manifest.DefaultModel, GatewayToken: strings.Repeat("0123456789abcdef", 3),
		AllowedOrigins: []string{"https://tropic.bot"},
	}
	one := base
	one.Agents = []openclaw.Agent{{Slug: "research", Name: `Ré "search" <${HOME}> $${NOT_SET} ${lower}`}}
	five := base
	five.AllowedOrigins = nil
	for i := range 5 {
		five.Agents = append(five.Agents, openclaw.Agent{Slug: fmt.Sprintf("agent-%d", 4-i), Name: "Agent", Model: "openai/gpt-5"})
	}
	return map[string]openclaw.Config{"none": base, "one": one, "five": five}
}

func TestRenderGolden(t *testing.T) {
	t.Parallel()
	for name, c := range configs() {
		got, err := openclaw.Render(c)
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(golden, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s differs from its golden file (%v):\n%s", name, err, got)
		}
	}
}

// OpenClaw itself judges what is rendered. One at a time: each takes 320 MB.
func TestRenderIsValidForOpenClaw(t *testing.T) {
	t.Parallel()
	program := openclawtest.Program(t)
	for name, c := range configs() {
		raw, err := openclaw.Render(c)
		if err != nil {
			t.Fatal(err)
		}
		home := t.TempDir()
		config := filepath.Join(home, "openclaw.json")
		if err := os.WriteFile(config, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), program, "config", "validate", "--json")
		command.Env = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home,
			"OPENCLAW_CONFIG_PATH=" + config, "OPENCLAW_CONFIG_READONLY=1", "OPENCLAW_STATE_DIR=" + filepath.Join(home, ".openclaw"),
		}
		output, err := command.Output()
		var verdict struct {
			Valid    bool
			Issues   []any
			Warnings []any
		}
		if jsonErr := json.Unmarshal(output, &verdict); err != nil || jsonErr != nil || !verdict.Valid || len(verdict.Warnings) > 0 {
			t.Errorf("%s: %v %v: %s", name, err, jsonErr, output)
		}
	}
}

func TestNeedsRestart(t *testing.T) {
	t.Parallel()
	render := func(change func(*openclaw.Config)) []byte {
		c := configs()["one"]
		change(&c)
		raw, err := openclaw.Render(c)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	base := render(func(*openclaw.Config) {})
	replaced := func(from, to string) []byte {
		out := strings.Replace(string(base), from, to, 1)
		if out == string(base) {
			t.Fatalf("%q is not in the file", from)
		}
		return []byte(out)
	}
	for name, c := range map[string]struct {
		before []byte
		want   bool
	}{
		"same":                {base, false},
		"agents":              {render(func(c *openclaw.Config) { c.Agents = nil }), false},
		"model":               {render(func(c *openclaw.Config) { c.Model = "openai/gpt-5" }), false},
		"token":               {render(func(c *openclaw.Config) { c.GatewayToken = "other" }), false},
		"origins":             {render(func(c *openclaw.Config) { c.AllowedOrigins = nil }), false},
		"tools":               {replaced(`"codeMode": false`, `"codeMode": true`), false},
		"port":                {replaced("18789", "18790"), true},
		"bind":                {replaced("loopback", "lan"), true},
		"auth mode":           {replaced(`"mode": "token"`, `"mode": "none"`), true},
		"a setting not ours":  {replaced(`"gateway": {`, `"discovery": {"x": 1}, "gateway": {`), true},
		"a hot one, not ours": {replaced(`"gateway": {`, `"plugins": {"allow": ["x"]}, "gateway": {`), false},
		"absent":              {nil, true},
		"without a token":     {replaced(`"token": "0123456789abcdef0123456789abcdef0123456789abcdef"`, `"token": ""`), true},
		"JSON5":               {[]byte("{gateway: 1}"), true},
	} {
		if got := openclaw.NeedsRestart(c.before, base); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	got := strings.Join(openclaw.EnvironmentLines(map[string]string{"open-router": "a b#$c", "anthropic": "sk-ant-api03_x.y"}), "\n")
	if want := "ANTHROPIC_API_KEY=sk-ant-api03_x.y\nOPEN_ROUTER_API_KEY='a b#$c'"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for key, ok := range map[string]bool{"sk-1": true, "": false, "a\nEVIL=1": false, "a'b": false, "a\x00": false} {
		if err := openclaw.ValidateKey(key); (err == nil) != ok || err != nil && key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%q: %v", key, err)
		}
	}
}
