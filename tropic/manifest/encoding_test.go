package manifest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// noise is text that does not compress.
func noise(n int) string {
	random := rand.NewChaCha8([32]byte{1})
	raw := make([]byte, n)
	_, _ = random.Read(raw) // it never fails
	return base64.StdEncoding.EncodeToString(raw)[:n]
}

func agentOf(content string) manifest.Agent {
	return manifest.Agent{Slug: "ada", Name: "Ada", Files: map[string]string{"AGENTS.md": content}}
}

func TestEncodeDecodeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := manifest.Agent{
			Slug: rapid.String().Draw(t, "slug"), Name: rapid.String().Draw(t, "name"),
			Files: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "files"),
		}
		want.Files["noise"] = noise(rapid.IntRange(0, 40_000).Draw(t, "size"))
		name := "/tropic/instances/i-1/agents/ada"
		encoded, err := manifest.Encode(name, 7, want)
		if err != nil {
			t.Fatal(err)
		}
		for part, value := range encoded.Parts {
			if document, ok := manifest.IsPart(part); !ok || document != name || len(value) > manifest.MaxParameterValue {
				t.Fatalf("part %s of %d bytes: document %q, %v", part, len(value), document, ok)
			}
		}
		var got manifest.Agent
		header, err := manifest.Decode(name, encoded.Head, encoded.Parts, &got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || header.Generation != 7 || header.Digest != encoded.Digest {
			t.Fatalf("header %+v, document:\n%s", header, diff)
		}
	})
}

func TestOneMegabyteOfTextFits(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Every tool call passes a security gate that your person controls.\n", manifest.MaxFileSize/66)
	encoded, err := manifest.Encode("/d", 1, agentOf(text))
	if err != nil || len(encoded.Parts) == 0 {
		t.Fatalf("%d parts, %v", len(encoded.Parts), err)
	}
}

func TestTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"incompressible": noise(manifest.MaxFileSize),
		"huge":           strings.Repeat("a", manifest.MaxDocumentSize+1),
	} {
		if _, err := manifest.Encode("/d", 1, agentOf(content)); !errors.Is(err, manifest.ErrTooLarge) {
			t.Errorf("%s: %v; want ErrTooLarge", name, err)
		}
	}
}

func TestDecompressionBombIsRefused(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := zw.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	text := base64.StdEncoding.EncodeToString(packed.Bytes())
	parts := map[string]string{}
	digest := strings.Repeat("ab", 32)
	count := 0
	for ; len(text) > 0; count++ {
		n := min(len(text), manifest.MaxParameterValue)
		parts[fmt.Sprintf("/d/parts/%s/%d", digest[:16], count)] = text[:n]
		text = text[n:]
	}
	head := fmt.Sprintf(`{"generation":1,"digest":"sha256:%s","parts":%d}`, digest, count)
	var into manifest.Agent
	if _, err := manifest.Decode("/d", head, parts, &into); !errors.Is(err, manifest.ErrTooLarge) {
		t.Errorf("%v; want ErrTooLarge", err)
	}
}

func TestDecodeRefusesWhatIsTorn(t *testing.T) {
	t.Parallel()
	encoded, err := manifest.Encode("/d", 1, agentOf(noise(20_000)))
	if err != nil {
		t.Fatal(err)
	}
	for part := range encoded.Parts {
		for _, value := range []string{"absent", "", "!!!!", encoded.Parts[part][4:]} {
			parts := map[string]string{}
			for name, whole := range encoded.Parts {
				parts[name] = whole
			}
			want := manifest.ErrCorrupt
			if parts[part] = value; value == "absent" {
				delete(parts, part)
				want = manifest.ErrIncomplete
			}
			var into manifest.Agent
			if _, err := manifest.Decode("/d", encoded.Head, parts, &into); !errors.Is(err, want) {
				t.Errorf("part %s = %.10q: %v; want %v", part, value, err, want)
			}
		}
	}
}

func TestIsPart(t *testing.T) {
	t.Parallel()
	part := "/parts/0123456789abcdef/0"
	for name, want := range map[string]string{
		"/a" + part:                             "/a",
		manifest.AgentPath("i", "parts") + part: manifest.AgentPath("i", "parts"), // an agent may be called parts
		manifest.AgentPath("i", "parts"):        "",
		manifest.AgentPath("i", "ada"):          "",
		"/a/parts/0":                            "",
		"/a/parts/xyz/0":                        "",
	} {
		if got, ok := manifest.IsPart(name); got != want || ok != (want != "") {
			t.Errorf("IsPart(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, document := range []manifest.Agent{agentOf("short"), agentOf(noise(9000))} {
		encoded, err := manifest.Encode("/d", 1, document)
		if err != nil {
			f.Fatal(err)
		}
		part := ""
		for _, value := range encoded.Parts {
			part = value
		}
		f.Add(encoded.Head, part)
	}
	f.Add(`{"digest":"sha256:`+strings.Repeat("AB", 32)+`","parts":1}`, "H4sI")
	f.Fuzz(func(t *testing.T, head, part string) {
		header, err := manifest.ParseHeader("/d", head)
		if err != nil && !errors.Is(err, manifest.ErrCorrupt) {
			t.Fatalf("ParseHeader: %v", err)
		}
		parts := map[string]string{}
		for _, name := range header.Parts {
			parts[name] = part
		}
		var document json.RawMessage
		_, err = manifest.Decode("/d", head, parts, &document)
		if err != nil && !errors.Is(err, manifest.ErrCorrupt) && !errors.Is(err, manifest.ErrTooLarge) {
			t.Fatalf("Decode: %v", err)
		}
	})
}
