package corpus

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
)

// corpora are all that this package gives, by name.
var corpora = map[string]func() []Call{
	"attacks": Attacks, "everyday": Everyday, "look-alikes": LookAlikes, "bypasses": Bypasses, "false denials": FalseDenials,
	"mixed": Mixed,
}

func TestEveryCallIsOneLineOfJSONAndItsOwn(t *testing.T) {
	t.Parallel()
	for name, corpus := range corpora {
		names, lines := map[string]bool{}, map[string]bool{}
		for _, c := range corpus() {
			if names[c.Name] || lines[c.Line] {
				t.Errorf("%s: %s comes twice: %s", name, c.Name, c.Line)
			}
			names[c.Name], lines[c.Line] = true, true
			if tool, _ := decode(t, c); tool == "" {
				t.Errorf("%s: %s has no tool: %s", name, c.Name, c.Line)
			}
		}
	}
}

func TestBashAcceptsEveryCommand(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("bash is needed under CI=true")
		}
		t.Skip("SKIPPED: no bash to check commands with")
	}
	work := make(chan Call)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for c := range work {
				command, plain := commandOf(t, c)
				if !plain {
					continue
				}
				if out, err := exec.CommandContext(context.Background(), bash, "-n", "-c", command).CombinedOutput(); err != nil || len(out) > 0 {
					t.Errorf("%s: %v\n%s\n%s", c.Name, err, command, out)
				}
			}
		})
	}
	for _, corpus := range corpora {
		for i, c := range corpus() {
			if !testing.Short() || i%16 == 0 {
				work <- c
			}
		}
	}
	close(work)
	workers.Wait()
}

func decode(t *testing.T, c Call) (tool string, params map[string]any) {
	t.Helper()
	var line struct {
		Tool             string         `json:"tool"`
		Params           map[string]any `json:"params"`
		Agent, Workspace string
	}
	if err := json.Unmarshal([]byte(c.Line), &line); err != nil {
		t.Errorf("%s: %v: %s", c.Name, err, c.Line)
	}
	if line.Agent != Agent || line.Workspace != Workspace {
		t.Errorf("%s is of agent %q in %q", c.Name, line.Agent, line.Workspace)
	}
	return line.Tool, line.Params
}

func commandOf(t *testing.T, c Call) (string, bool) {
	t.Helper()
	tool, params := decode(t, c)
	command, isText := params["command"].(string)
	return command, tool == "exec" && isText
}
