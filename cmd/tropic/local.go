package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

const localHelp = `The embedded cloud answers the EC2, SSM, IAM and STS calls that Tropic makes, on 127.0.0.1, with the real wire
protocols and signatures. Its instances really run what they are told:

  driver lite   Linux namespaces, no root needed: own file system, processes, network and metadata service.
                No systemd and no way out to the internet. It separates instances from your files; it is a
                developer's sandbox, not a prison for hostile code.
  driver none   records only; SSM says that nothing is connected.

State lives in one directory and survives down and up.
`

// newLocal groups the commands of the embedded cloud.
func newLocal(a *app) *cobra.Command {
	dir := ""
	cmd := &cobra.Command{
		Use:   "local",
		Short: "Run the embedded cloud: EC2, SSM, IAM and STS on this computer",
		Long:  localHelp,
	}
	cmd.PersistentFlags().StringVar(&dir, "dir", defaultLocalDir(), "state directory (default: TROPIC_LOCAL_DIR, then the XDG state directory)")
	cmd.AddCommand(
		newLocalUp(a, &dir), newLocalServe(a, &dir), newLocalDown(a, &dir), newLocalStatus(a, &dir),
		newLocalLogs(a, &dir), newLocalExec(a, &dir), newLocalEnv(a, &dir))
	return cmd
}

func defaultLocalDir() string {
	if dir := os.Getenv("TROPIC_LOCAL_DIR"); dir != "" {
		return dir
	}
	state, err := stateDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "tropic-local")
	}
	return filepath.Join(state, "local")
}

// stateDir is where tropic keeps what it must not lose (XDG Base Directory Specification).
func stateDir() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "tropic"), nil
}
