package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// newSSHKey groups the commands of SSH keys.
func newSSHKey(a *app) *cobra.Command {
	cmd := &cobra.Command{Use: "ssh-key", Short: "List SSH keys and download private ones"}
	cmd.AddCommand(newSSHKeyList(a), newSSHKeyDownload(a))
	return cmd
}

func newSSHKeyList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the SSH keys of the region",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := a.client(cmd.Context())
			if err != nil {
				return err
			}
			keys, err := client.SSHKeys.List(cmd.Context())
			if err != nil {
				return err
			}
			rows := [][]string{{"KEY", "FINGERPRINT"}}
			for _, k := range keys {
				rows = append(rows, []string{k.Name, k.Fingerprint})
			}
			return printList(a, keys, rows)
		},
	}
}

func newSSHKeyDownload(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "download NAME FILE",
		Short: "Write a private key to a new file that only you can read",
		Long: `Write the private half of an SSH key, in PEM, to a new file with mode 0600. An existing file is never overwritten.
The key is not printed: a terminal's history is no place for it.`,
		Example: "  tropic ssh-key download main ~/.ssh/tropic.pem\n  ssh -i ~/.ssh/tropic.pem ubuntu@ADDRESS",
		Args:    exactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := a.client(cmd.Context())
			if err != nil {
				return err
			}
			return a.downloadKey(cmd, client, args[0], args[1])
		},
	}
}

func (a *app) downloadKey(cmd *cobra.Command, client *tropic.Client, name, path string) error {
	key, err := client.SSHKeys.PrivateKey(cmd.Context(), name)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{fmt.Errorf("%s exists: name a new file, nothing is overwritten", path)}
	}
	if err != nil {
		return err
	}
	if _, err = file.WriteString(key); err != nil {
		return errors.Join(err, file.Close(), os.Remove(path))
	}
	if err := file.Close(); err != nil {
		return err
	}
	a.say("Wrote the private key %s to %s.", name, path)
	return nil
}
