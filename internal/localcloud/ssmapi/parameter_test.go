package ssmapi_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

func put(name, value string, kind types.ParameterType) *ssm.PutParameterInput {
	return &ssm.PutParameterInput{Name: aws.String(name), Value: aws.String(value), Type: kind}
}

func TestPutParameterRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), none.New(), time.Millisecond)
	if _, err := c.ssm.PutParameter(t.Context(), put("/there", "x", types.ParameterTypeString)); err != nil {
		t.Fatal(err)
	}
	tagged := put("/there", "y", types.ParameterTypeString)
	tagged.Overwrite, tagged.Tags = aws.Bool(true), []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	for name, test := range map[string]struct {
		in   *ssm.PutParameterInput
		want string
	}{
		"exists":             {put("/there", "y", types.ParameterTypeString), "ParameterAlreadyExists"},
		"tags and overwrite": {tagged, "ValidationException"},
		"4,097 bytes":        {put("/big", strings.Repeat("x", 4097), types.ParameterTypeString), "ValidationException"},
		"empty":              {put("/empty", "", types.ParameterTypeString), "ValidationException"},
		"no type":            {put("/untyped", "x", ""), "ValidationException"},
		"unknown type":       {put("/typed", "x", "Number"), "UnsupportedParameterType"},
		"reserved aws":       {put("/aws/mine", "x", types.ParameterTypeString), "AccessDeniedException"},
		"reserved SSM":       {put("/SSM/mine", "x", types.ParameterTypeString), "AccessDeniedException"},
		"characters":         {put("/tropic/a b", "x", types.ParameterTypeString), "ValidationException"},
		"not qualified":      {put("tropic/a", "x", types.ParameterTypeString), "ValidationException"},
		"16 levels":          {put("/"+strings.Repeat("a/", 15)+"a", "x", types.ParameterTypeString), "HierarchyLevelLimitExceededException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := c.ssm.PutParameter(t.Context(), test.in); errorCode(err) != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	for _, ok := range []*ssm.PutParameterInput{
		put("/full", strings.Repeat("x", 4096), types.ParameterTypeString), put("plain.name-1_2", "x", types.ParameterTypeString),
		put("/"+strings.Repeat("a/", 14)+"a", "x", types.ParameterTypeString),
	} {
		if _, err := c.ssm.PutParameter(t.Context(), ok); err != nil {
			t.Errorf("%s: %v", aws.ToString(ok.Name), err)
		}
	}
}

func TestVersionsOutliveTheCloud(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startCloud(t, dir, none.New(), time.Millisecond)
	const versions = 103
	for i := 1; i <= versions; i++ {
		in := put("/counter", fmt.Sprint("v", i), types.ParameterTypeString)
		in.Overwrite = aws.Bool(i > 1)
		out, err := c.ssm.PutParameter(t.Context(), in)
		if err != nil || out.Version != int64(i) {
			t.Fatalf("version %d: %v, %v", i, out, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = startCloud(t, dir, none.New(), time.Millisecond)
	var got []int64
	pages := ssm.NewGetParameterHistoryPaginator(c.ssm, &ssm.GetParameterHistoryInput{Name: aws.String("/counter")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Parameters {
			got = append(got, v.Version)
		}
	}
	if len(got) != 100 || got[0] != 4 || got[99] != versions || !slices.IsSorted(got) {
		t.Errorf("history has %d versions: %v", len(got), got)
	}
	old, err := c.ssm.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/counter:50")})
	if err != nil || aws.ToString(old.Parameter.Value) != "v50" || aws.ToString(old.Parameter.Selector) != ":50" || aws.ToString(old.Parameter.Name) != "/counter" {
		t.Errorf("version 50: %+v, %v", old, err)
	}
	if _, err := c.ssm.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/counter:3")}); errorCode(err) != "ParameterVersionNotFound" {
		t.Errorf("version 3 is too old: %v", err)
	}
	if _, err := c.ssm.DeleteParameter(t.Context(), &ssm.DeleteParameterInput{Name: aws.String("/counter")}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ssm.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/counter:50")}); errorCode(err) != "ParameterNotFound" {
		t.Errorf("after delete: %v", err)
	}
	if out, err := c.ssm.PutParameter(t.Context(), put("/counter", "again", types.ParameterTypeString)); err != nil || out.Version != 1 {
		t.Errorf("put again: %v, %v", out, err)
	}
}

func TestSecretsAreSealedAtRest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startCloud(t, dir, none.New(), time.Millisecond)
	const secret = "planted-secret-5f1d"
	in := put("/secret", "older-"+secret, types.ParameterTypeSecureString)
	if _, err := c.ssm.PutParameter(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.Value, in.Overwrite = aws.String(secret), aws.Bool(true)
	if _, err := c.ssm.PutParameter(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	read := func(decrypt bool) string {
		out, err := c.ssm.GetParameter(t.Context(), &ssm.GetParameterInput{Name: aws.String("/secret"), WithDecryption: aws.Bool(decrypt)})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.Parameter.Value)
	}
	if got := read(false); strings.Contains(got, secret) || got == "" {
		t.Errorf("without decryption: %q", got)
	}
	if got := read(true); got != secret {
		t.Errorf("with decryption: %q", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if err != nil || info.IsDir() {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%s holds the secret in the clear", e.Name())
		}
		if strings.Contains(e.Name(), "key") && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
	c = startCloud(t, dir, none.New(), time.Millisecond)
	if got := read(true); got != secret {
		t.Errorf("after a restart: %q", got)
	}
}

func TestReadingMany(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), none.New(), time.Millisecond)
	for i := range 23 {
		in := put(fmt.Sprintf("/tropic/instances/i-1/agents/a%02d", i), "x", types.ParameterTypeString)
		in.Tags = []types.Tag{{Key: aws.String("n"), Value: aws.String(fmt.Sprint(i % 2))}}
		if _, err := c.ssm.PutParameter(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"/tropic/instances/i-1/settings", "/tropic/instances/i-10/settings", "/tropic/instances"} {
		if _, err := c.ssm.PutParameter(t.Context(), put(name, "x", types.ParameterTypeSecureString)); err != nil {
			t.Fatal(err)
		}
	}
	byPath := func(path string, recursive bool) (n int) {
		pages := ssm.NewGetParametersByPathPaginator(c.ssm, &ssm.GetParametersByPathInput{Path: aws.String(path), Recursive: aws.Bool(recursive)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Parameters)
		}
		return n
	}
	described := func(filters ...types.ParameterStringFilter) (n int) {
		pages := ssm.NewDescribeParametersPaginator(c.ssm, &ssm.DescribeParametersInput{ParameterFilters: filters, MaxResults: aws.Int32(7)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Parameters)
		}
		return n
	}
	filter := func(key, option string, values ...string) types.ParameterStringFilter {
		f := types.ParameterStringFilter{Key: aws.String(key), Values: values}
		if option != "" {
			f.Option = aws.String(option)
		}
		return f
	}
	for name, test := range map[string]struct{ got, want int }{
		"by path, one level":       {byPath("/tropic/instances/i-1", false), 1},
		"by path, recursive":       {byPath("/tropic/instances/i-1/", true), 24},
		"by path, everything":      {byPath("/", true), 26},
		"describe all":             {described(), 26},
		"describe path recursive":  {described(filter("Path", "Recursive", "/tropic/instances/i-1")), 24},
		"describe path one level":  {described(filter("Path", "OneLevel", "/tropic/instances/i-1")), 1},
		"describe name prefix":     {described(filter("Name", "BeginsWith", "/tropic/instances/i-1")), 25},
		"describe names":           {described(filter("Name", "", "/tropic/instances", "/none")), 1},
		"describe type":            {described(filter("Type", "", "SecureString")), 3},
		"describe tag and path":    {described(filter("tag:n", "", "1"), filter("Path", "Recursive", "/tropic")), 11},
		"describe path, no prefix": {described(filter("Path", "Recursive", "/tropic/instances/i")), 0},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", name, test.got, test.want)
		}
	}

	names := make([]string, 11)
	for i := range names {
		names[i] = fmt.Sprintf("/tropic/instances/i-1/agents/a%02d", i)
	}
	if _, err := c.ssm.GetParameters(t.Context(), &ssm.GetParametersInput{Names: names}); errorCode(err) != "ValidationException" {
		t.Errorf("11 names: %v", err)
	}
	out, err := c.ssm.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{names[0], names[1] + ":1", names[2] + ":2", "/none"}})
	if err != nil || len(out.Parameters) != 2 || !slices.Equal(out.InvalidParameters, []string{names[2] + ":2", "/none"}) {
		t.Errorf("some names: %+v, %v", out, err)
	}
	gone, err := c.ssm.DeleteParameters(t.Context(), &ssm.DeleteParametersInput{Names: []string{names[0], "/none"}})
	if err != nil || !slices.Equal(gone.DeletedParameters, names[:1]) || !slices.Equal(gone.InvalidParameters, []string{"/none"}) {
		t.Errorf("delete: %+v, %v", gone, err)
	}
	if _, err := c.ssm.DeleteParameter(t.Context(), &ssm.DeleteParameterInput{Name: aws.String(names[0])}); errorCode(err) != "ParameterNotFound" {
		t.Errorf("delete again: %v", err)
	}
}

func TestParameterTags(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), none.New(), time.Millisecond)
	if _, err := c.ssm.PutParameter(t.Context(), put("/a", "x", types.ParameterTypeString)); err != nil {
		t.Fatal(err)
	}
	id, kind := aws.String("/a"), types.ResourceTypeForTaggingParameter
	if _, err := c.ssm.AddTagsToResource(t.Context(), &ssm.AddTagsToResourceInput{ResourceId: id, ResourceType: kind, Tags: []types.Tag{
		{Key: aws.String("k"), Value: aws.String("v")}, {Key: aws.String("l"), Value: aws.String("w")},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ssm.RemoveTagsFromResource(t.Context(), &ssm.RemoveTagsFromResourceInput{ResourceId: id, ResourceType: kind, TagKeys: []string{"k"}}); err != nil {
		t.Fatal(err)
	}
	over := put("/a", "y", types.ParameterTypeString)
	over.Overwrite = aws.Bool(true)
	if _, err := c.ssm.PutParameter(t.Context(), over); err != nil {
		t.Fatal(err)
	}
	out, err := c.ssm.ListTagsForResource(t.Context(), &ssm.ListTagsForResourceInput{ResourceId: id, ResourceType: kind})
	if err != nil || len(out.TagList) != 1 || aws.ToString(out.TagList[0].Key) != "l" {
		t.Errorf("tags after an overwrite: %+v, %v", out, err)
	}
	_, err = c.ssm.AddTagsToResource(t.Context(), &ssm.AddTagsToResourceInput{ResourceId: aws.String("/none"), ResourceType: kind, Tags: out.TagList})
	if errorCode(err) != "InvalidResourceId" {
		t.Errorf("tags on nothing: %v", err)
	}
}

func TestUnknownOperationsAreNamed(t *testing.T) {
	t.Parallel()
	c := startCloud(t, t.TempDir(), none.New(), time.Millisecond)
	_, err := c.ssm.StartSession(t.Context(), &ssm.StartSessionInput{Target: aws.String("i-1")})
	if errorCode(err) != "UnsupportedOperation" || !strings.Contains(err.Error(), "StartSession") {
		t.Errorf("StartSession: %v", err)
	}
}
