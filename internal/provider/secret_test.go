package provider_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// TestAccSecrets plants an API key, has the other secrets made, and looks for all of them wherever they must not be: in
// state, in the saved plan, in the log at TRACE, in command lines while it ran, and in the history of commands.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	const planted = "sk-ant-planted-0123456789abcdef"
	c := newLiveCloud(t)
	w := c.workspace(t, usesTropic+`
variable "key" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "tropic_ssh_key" "me" {
  name = "me"
}

resource "tropic_instance" "desk" {
  name                    = "desk"
  ssh_key                 = tropic_ssh_key.me.name
  ssh_cidrs               = ["203.0.113.7/32"]
  create_instance_profile = true
  api_key                 = "own"
  api_keys_wo             = { anthropic = var.key }
  api_keys_wo_version     = "1"
}

resource "tropic_agent" "poet" {
  instance_id = tropic_instance.desk.id
  slug        = "poet"
  template    = "researcher"
}

ephemeral "tropic_ssh_private_key" "me" {
  name = tropic_ssh_key.me.id
}

ephemeral "tropic_gateway_token" "desk" {
  instance_id = tropic_instance.desk.id
}
`)
	log := filepath.Join(w.dir, "trace.log")
	w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH="+log, "TF_VAR_key="+planted)

	commandLines := watchCommandLines(t)
	w.terraform("plan", "-out=saved.plan", "-input=false", "-no-color")
	w.terraform("apply", "-input=false", "-no-color", "saved.plan")
	w.terraform("plan", "-out=second.plan", "-input=false", "-no-color")
	lines := commandLines()

	id := c.machine(t)
	token, err := c.client.Gateway.Token(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	private, err := c.client.SSHKeys.PrivateKey(t.Context(), "me")
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{
		"the API key": planted, "the gateway token": token, "the private key": strings.Split(strings.TrimSpace(private), "\n")[1],
	}
	places := filesBelow(t, w.dir)
	places["command lines"] = lines
	places["command history"] = c.commandHistory(t)
	for _, must := range []string{"terraform.tfstate", "saved.plan", "trace.log", "command history", "command lines"} {
		if len(places[must]) == 0 {
			t.Errorf("nothing to look into: %s", must)
		}
	}
	for where, content := range places {
		for what, secret := range secrets {
			if len(secret) < 20 {
				t.Fatalf("%s is too short to be looked for", what)
			}
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
	if providers, err := c.client.Credentials.List(t.Context(), id); err != nil || len(providers) != 1 {
		t.Errorf("keys of %v are stored (%v), want anthropic's: the planted key went nowhere", providers, err)
	}
	w.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
}

// filesBelow reads every file, and every member of a zip archive, which a saved plan is.
func filesBelow(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		out[name] = raw
		archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return nil //nolint:nilerr // not an archive
		}
		for _, member := range archive.File {
			content, err := readMember(member)
			if err != nil {
				return err
			}
			out[name+":"+member.Name] = content
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readMember(member *zip.File) ([]byte, error) {
	r, err := member.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	return io.ReadAll(r)
}

// watchCommandLines collects the command lines of all processes until the returned function is called.
func watchCommandLines(t *testing.T) func() []byte {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan []byte, 1)
	go func() {
		seen := map[string]bool{}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			found, err := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, path := range found {
				if line, e := os.ReadFile(path); err == nil && e == nil {
					seen[string(line)] = true
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				var all bytes.Buffer
				for line := range seen {
					all.WriteString(line + "\n")
				}
				done <- all.Bytes()
				return
			}
		}
	}()
	return func() []byte {
		cancel()
		return <-done
	}
}

// commandHistory is what Systems Manager keeps of every command: document, parameters, output.
func (c *cloud) commandHistory(t *testing.T) []byte {
	t.Helper()
	s := c.stranger(t)
	var all bytes.Buffer
	commands, err := s.ssm.ListCommands(t.Context(), &ssm.ListCommandsInput{})
	s.must(err)
	s.must(json.NewEncoder(&all).Encode(commands.Commands))
	for _, command := range commands.Commands {
		for _, id := range command.InstanceIds {
			invocation, err := s.ssm.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{
				CommandId: command.CommandId, InstanceId: &id,
			})
			s.must(err)
			s.must(json.NewEncoder(&all).Encode(invocation.StandardOutputContent))
			s.must(json.NewEncoder(&all).Encode(invocation.StandardErrorContent))
		}
	}
	return all.Bytes()
}
