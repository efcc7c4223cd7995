package ssmapi

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

const (
	// agentRoot is where the agent keeps a command's script while it runs.
	agentRoot = "/var/lib/amazon/ssm"
	// agentDirectory is the agent's own working directory, and so a script's when it names none (its systemd unit).
	agentDirectory = "/usr/bin"
)

// runScript puts the script, read from standard input, into a file only root may read and runs it as the agent does: as
// a program, so that a #! line counts, and with empty standard input. The script is on no command line, because those
// are in process lists.
const runScript = `umask 077
mkdir -p "$1" && cat >"$1/_script.sh" && chmod 700 "$1/_script.sh" || exit 1
umask 022
cd "$2" && sh -c "$1/_script.sh" </dev/null
code=$?
rm -rf "$1"
exit "$code"`

// scriptCommand is how an AWS-RunShellScript command is run inside a machine.
func scriptCommand(c *Command) driver.Command {
	directory := strings.Join(c.Parameters["workingDirectory"], "")
	if directory == "" {
		directory = agentDirectory
	}
	return driver.Command{
		Argv:    []string{"/bin/sh", "-c", runScript, "awsrunShellScript", agentRoot + "/orchestration/" + c.ID, directory},
		Stdin:   []byte(strings.Join(c.Parameters["commands"], "\n") + "\n"),
		Timeout: c.executionTimeout(),
		// Four bytes are the longest character.
		MaxStdout: 4 * maxStdout, MaxStderr: 4 * maxStderr,
	}
}
