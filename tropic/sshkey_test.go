package tropic_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// later is a client of another process, some time from now.
func (c *recordCloud) later(t *testing.T, d time.Duration) *tropic.Client {
	t.Helper()
	return c.client(t, tropic.WithClock(newHandClock(time.Now().Add(d))))
}

func TestAKeyThatNobodyWasToldOfIsAdoptedForAWhile(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	first, err := cloud.client(t).SSHKeys.Create(t.Context(), "me")
	if err != nil {
		t.Fatal(err)
	}
	again, err := cloud.later(t, tropic.KeyAdoptionWindow-time.Minute).SSHKeys.Create(t.Context(), "me")
	if err != nil || again.KeyPairID != first.KeyPairID {
		t.Errorf("within the window: %v, %v, want %s", again, err, first.KeyPairID)
	}
	_, err = cloud.later(t, tropic.KeyAdoptionWindow+time.Minute).SSHKeys.Create(t.Context(), "me")
	wantImport(t, err, "exists since ")
}

func wantImport(t *testing.T, err error, why string) {
	t.Helper()
	if !errors.Is(err, tropic.ErrConflict) || !strings.Contains(err.Error(), why) ||
		!strings.Contains(err.Error(), "terraform import tropic_ssh_key.<label> me") {
		t.Errorf("error %v, want a conflict that says %q and how to import", err, why)
	}
}

func TestAKeyThatAMachineNamesIsNotAdopted(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	if _, err := client.SSHKeys.Create(t.Context(), "me"); err != nil {
		t.Fatal(err)
	}
	spec := desk()
	spec.SSHKey = "me"
	instance, err := client.Instances.Launch(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	_, err = cloud.client(t).SSHKeys.Create(t.Context(), "me")
	wantImport(t, err, "machine "+instance.ID+" names it")
	if err := client.Instances.Terminate(t.Context(), instance.ID); err != nil {
		t.Fatal(err)
	}
	if _, err = cloud.client(t).SSHKeys.Create(t.Context(), "me"); err != nil {
		t.Errorf("after the machine's end: %v", err)
	}
}

func TestAKeyThatIsNotCompleteIsCompletedHoweverOldItIs(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	first, err := cloud.client(t).SSHKeys.Create(t.Context(), "me")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cloud.ec2().DeleteTags(t.Context(), &ec2.DeleteTagsInput{
		Resources: []string{first.KeyPairID}, Tags: []ec2types.Tag{{Key: aws.String(tropic.TagProvisioned)}},
	}); err != nil {
		t.Fatal(err)
	}
	old := 30 * 24 * time.Hour
	again, err := cloud.later(t, old).SSHKeys.Create(t.Context(), "me")
	if err != nil || again.KeyPairID != first.KeyPairID {
		t.Errorf("an unfinished key: %v, %v, want %s", again, err, first.KeyPairID)
	}
	_, err = cloud.later(t, old+tropic.KeyAdoptionWindow+time.Minute).SSHKeys.Create(t.Context(), "me")
	wantImport(t, err, "exists since ")
}

func TestAKeyWithoutItsPrivateHalfIsMadeAnew(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client := cloud.client(t)
	first, err := client.SSHKeys.Create(t.Context(), "me")
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.store().Delete(t.Context(), "/tropic/ssh-keys/me/private"); err != nil {
		t.Fatal(err)
	}
	again, err := cloud.client(t).SSHKeys.Create(t.Context(), "me")
	if err != nil || again.KeyPairID == first.KeyPairID {
		t.Fatalf("%v, %v, want another pair than %s", again, err, first.KeyPairID)
	}
	wholeKey(t, client, "me")
}

func TestAKeyPairThatIsNotTropicsIsLeftAlone(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	if _, err := cloud.ec2().CreateKeyPair(t.Context(), &ec2.CreateKeyPairInput{
		KeyName: aws.String("tropic-me"), KeyType: ec2types.KeyTypeEd25519,
	}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err := cloud.client(t).SSHKeys.Create(t.Context(), "me")
	if !errors.Is(err, tropic.ErrConflict) || time.Since(began) > 30*time.Second {
		t.Errorf("error %v, want a conflict at once", err)
	}
}
