package tropic_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestSSHKeyCreateSurvivesDeathAtEveryCall(t *testing.T) {
	for _, reads := range []int{0, 3} {
		t.Run(fmt.Sprintf("reads_behind_%d", reads), func(t *testing.T) {
			sweep{
				calls: 6, behind: lag.Config{Reads: reads},
				before: func(*testing.T, *recordCloud, *tropic.Client) string { return "me" },
				verb: func(ctx context.Context, client *tropic.Client, name string) error {
					_, err := client.SSHKeys.Create(ctx, name)
					return err
				},
				check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, name string) {
					t.Helper()
					wholeKey(t, client, name)
					removeKey(t, cloud, client, name)
				},
			}.run(t)
		})
	}
}

// TestSSHKeyCreateForAMachineSurvivesDeathAtEveryCall makes the key anew that a machine names: after the second create
// the machine's authorised key is the new one, and it has been poked. A key that was complete when its create died is a
// conflict, for a machine has it.
func TestSSHKeyCreateForAMachineSurvivesDeathAtEveryCall(t *testing.T) {
	create := func(ctx context.Context, client *tropic.Client, _ string) error {
		_, err := client.SSHKeys.Create(ctx, "me")
		return err
	}
	sweep{
		calls: 12,
		before: func(t *testing.T, cloud *recordCloud, client *tropic.Client) string {
			t.Helper()
			if err := create(t.Context(), client, ""); err != nil {
				t.Fatal(err)
			}
			spec := desk()
			spec.SSHKey = "me"
			instance, _, err := client.Instances.Create(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			if err := client.SSHKeys.Delete(t.Context(), "me"); err != nil {
				t.Fatal(err)
			}
			cloud.forgetAnswers()
			return instance.ID
		},
		verb: create,
		again: func(ctx context.Context, client *tropic.Client, _ string) error {
			err := create(ctx, client, "")
			if errors.Is(err, tropic.ErrConflict) && strings.Contains(err.Error(), "terraform import tropic_ssh_key.<label> me") {
				return nil
			}
			return err
		},
		keepAnswers: true,
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, id string) {
			t.Helper()
			key := wholeKey(t, client, "me")
			if diff := cmp.Diff([]string{key.PublicKey}, cloud.authorized(t, id)); diff != "" {
				t.Errorf("the machine lets in (-want +got):\n%s", diff)
			}
			cloud.wasPoked(t, id)
			if err := client.SSHKeys.Delete(t.Context(), "me"); err != nil {
				t.Fatal(err)
			}
			end(t, cloud, client, id)
		},
	}.run(t)
}

// authorized returns the public keys that may log in to the machine.
func (c *recordCloud) authorized(t *testing.T, id string) []string {
	t.Helper()
	var keys manifest.AuthorizedKeys
	if _, err := manifest.Read(t.Context(), c.store(), manifest.AuthorizedKeysPath(id), &keys); err != nil {
		t.Fatal(err)
	}
	return keys.Keys
}

// wholeKey checks that there is one key, and that its halves belong together.
func wholeKey(t *testing.T, client *tropic.Client, name string) *tropic.SSHKey {
	t.Helper()
	keys, err := client.SSHKeys.List(t.Context())
	if err != nil || len(keys) != 1 || keys[0].Name != name {
		t.Fatalf("keys %v, %v, want %s alone", keys, err, name)
	}
	private, err := client.SSHKeys.PrivateKey(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey([]byte(private))
	if err != nil {
		t.Fatal("the private half is no OpenSSH key")
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	if !strings.HasPrefix(keys[0].PublicKey, public) {
		t.Errorf("the halves of %s are of two keys", name)
	}
	return keys[0]
}

func removeKey(t *testing.T, cloud *recordCloud, client *tropic.Client, name string) {
	t.Helper()
	if err := client.SSHKeys.Delete(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	noKeyLeft(t, cloud, client)
}

func noKeyLeft(t *testing.T, cloud *recordCloud, client *tropic.Client) {
	t.Helper()
	keys, err := client.SSHKeys.List(t.Context())
	if names := ownParameters(t, cloud); err != nil || len(keys)+len(names) > 0 {
		t.Errorf("left are keys %v, parameters %v, %v", keys, names, err)
	}
}

func TestSSHKeyDeleteSurvivesDeathAtEveryCall(t *testing.T) {
	sweep{
		calls: 2,
		before: func(t *testing.T, _ *recordCloud, client *tropic.Client) string {
			t.Helper()
			if _, err := client.SSHKeys.Create(t.Context(), "me"); err != nil {
				t.Fatal(err)
			}
			return "me"
		},
		verb: func(ctx context.Context, client *tropic.Client, name string) error {
			return client.SSHKeys.Delete(ctx, name)
		},
		check: func(t *testing.T, cloud *recordCloud, client *tropic.Client, _ string) {
			t.Helper()
			noKeyLeft(t, cloud, client)
		},
	}.run(t)
}
