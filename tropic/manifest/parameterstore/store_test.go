package parameterstore_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest/parameterstore"
)

// cloud is an embedded cloud that keeps which calls it served, and may answer late.
type cloud struct {
	*localcloud.Server
	ssm *ssm.Client

	mu    sync.Mutex
	calls []string
	fault func(localcloud.Call) *localcloud.Fault
}

func newCloud(t *testing.T) (*cloud, *parameterstore.Store) {
	t.Helper()
	c := &cloud{}
	server, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: t.TempDir(), Driver: none.New(),
		Intercept: func(call localcloud.Call) *localcloud.Fault {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.calls = append(c.calls, call.Operation)
			if c.fault == nil {
				return nil
			}
			return c.fault(call)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	c.Server = server
	id, secret := server.Credentials()
	c.ssm = ssm.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.Endpoint()),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
	return c, parameterstore.New(c.ssm)
}

// served returns the calls since the last time, of one operation.
func (c *cloud) served(operation string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, call := range c.calls {
		if call == operation {
			n++
		}
	}
	c.calls = nil
	return n
}

func put(t *testing.T, s *parameterstore.Store, names ...string) map[string]string {
	t.Helper()
	out := make(map[string]string, len(names))
	for _, name := range names {
		out[name] = "value of " + name
		if err := s.Put(t.Context(), name, out[name], manifest.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s/%02d", prefix, i)
	}
	return out
}

func TestGetReadsTenACallAndLeavesOutWhatIsAbsent(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	names := numbered("/tropic/a", 23)
	want := put(t, store, names...)
	cloud.served("")
	got, err := store.Get(t.Context(), slices.Concat(names, []string{"/tropic/absent", names[0]})...)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := cloud.served("GetParameters"); n != 3 {
		t.Errorf("24 names took %d calls, want 3", n)
	}
	got, err = store.Get(t.Context())
	if err != nil || len(got) != 0 || cloud.served("GetParameters") != 0 {
		t.Errorf("no names: %v, %v, want nothing and no call", got, err)
	}
}

func TestASecretIsEncryptedAndReadBack(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	const name, planted = "/tropic/ssh-keys/me/private", "planted-secret"
	if err := store.Put(t.Context(), name, planted, manifest.PutOptions{Secret: true}); err != nil {
		t.Fatal(err)
	}
	got, err := store.Get(t.Context(), name)
	if err != nil || got[name] != planted {
		t.Errorf("read back: %v, whole: %t", err, got[name] == planted)
	}
	raw, err := cloud.ssm.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	if raw.Parameter.Type != types.ParameterTypeSecureString || strings.Contains(aws.ToString(raw.Parameter.Value), planted) {
		t.Errorf("it is kept as %s; readable without decryption: %t", raw.Parameter.Type, aws.ToString(raw.Parameter.Value) == planted)
	}
}

func TestTagsAreSetAtCreateAndStay(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	const name = "/tropic/instances/i-1/settings"
	for _, write := range []struct{ value, owner string }{{"first", "ann"}, {"second", "ben"}} {
		opts := manifest.PutOptions{Tags: map[string]string{"owner": write.owner}}
		if err := store.Put(t.Context(), name, write.value, opts); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.Get(t.Context(), name)
	if err != nil || got[name] != "second" {
		t.Errorf("value %q, %v, want the second", got[name], err)
	}
	tags, err := cloud.ssm.ListTagsForResource(t.Context(), &ssm.ListTagsForResourceInput{
		ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: aws.String(name),
	})
	if err != nil || len(tags.TagList) != 1 || aws.ToString(tags.TagList[0].Value) != "ann" {
		t.Errorf("tags %v, %v, want the first owner", tags, err)
	}
}

func TestListIsOfAllDepthsOverPagesAndOfNoOtherPrefix(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	want := slices.Concat(numbered("/tropic/instances/i-1", 60), []string{"/tropic/instances/i-1/agents/ada/parts/0"})
	put(t, store, want...)
	put(t, store, "/tropic/instances/i-12/settings", "/tropic/instances/i-1-settings")
	slices.Sort(want)
	cloud.served("")
	got, err := store.List(t.Context(), "/tropic/instances/i-1")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := cloud.served("DescribeParameters"); n != 2 {
		t.Errorf("61 names took %d calls, want 2 pages", n)
	}
	if none, err := store.List(t.Context(), "/tropic/policies"); err != nil || len(none) != 0 {
		t.Errorf("an empty prefix: %v, %v", none, err)
	}
}

func TestDeleteTakesTenACallAndNoOffenceAtAbsentNames(t *testing.T) {
	t.Parallel()
	cloud, store := newCloud(t)
	names := numbered("/tropic/a", 12)
	put(t, store, names...)
	cloud.served("")
	for range 2 {
		if err := store.Delete(t.Context(), slices.Concat(names, names[:3], []string{"/tropic/absent"})...); err != nil {
			t.Fatal(err)
		}
		if n := cloud.served("DeleteParameters"); n != 2 {
			t.Errorf("13 names took %d calls, want 2", n)
		}
	}
	if left, err := store.List(t.Context(), "/tropic"); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := store.Delete(t.Context()); err != nil || cloud.served("DeleteParameters") != 0 {
		t.Errorf("no names: %v, want no call", err)
	}
}

func TestWhatParameterStoreRefusesIsAnErrorWithItsCode(t *testing.T) {
	t.Parallel()
	_, store := newCloud(t)
	for what, test := range map[string]struct{ name, value, code string }{
		"reserved name": {"/aws/x", "v", "AccessDeniedException"},
		"bad character": {"/tropic/a b", "v", "ValidationException"},
		"empty value":   {"/tropic/a", "", "ValidationException"},
		"too long":      {"/tropic/a", strings.Repeat("x", manifest.MaxParameterValue+1), "ValidationException"},
	} {
		err := store.Put(t.Context(), test.name, test.value, manifest.PutOptions{})
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != test.code || !strings.Contains(err.Error(), test.name) {
			t.Errorf("%s: %v, want %s that names the parameter", what, err, test.code)
		}
	}
}
