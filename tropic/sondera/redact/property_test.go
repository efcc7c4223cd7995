package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// knownValue has what escapes differ in.
var knownValue = "pä/ss+w&rd \"x\" " + "0%7<z>\n2"

func withKnown(t testing.TB) *redact.Redactor {
	t.Helper()
	red, err := redact.New(redact.Options{Known: []string{knownValue, "hunter2-" + "hunter3"}})
	if err != nil {
		t.Fatal(err)
	}
	return red
}

// pieces are what texts are made of beside secrets: prose, code, and parts that secrets begin or end with.
var pieces = []string{
	" ", "\n", "the quick brown fox ", "func f(token string) error {\n", "x := a == b\n", "\"", "'", "=", ": ", "\\n", "https://example.com/a?b=c&d=e ",
	"-----BEGIN " + "PRIVATE KEY-----\n", "-----END " + "PRIVATE KEY-----", "eyJ", ".", "sk-", "ghp_", "Bearer ", "%20", "%3D", "KEY=", "password=", "\"token\": \"",
	"://", "@", "AKIA", "[REDACTED", redact.Marker, "\x00\xff", "é", "--token ", "SG.", "hf_",
}

// anyText is secrets of all kinds, raw and encoded, among pieces and long runs.
func anyText(t *rapid.T) string {
	r := seeded(rapid.Uint64().Draw(t, "seed"))
	all := append(bare(r), named(r)...)
	var b strings.Builder
	for range rapid.IntRange(0, 30).Draw(t, "parts") {
		m := all[r.IntN(len(all))]
		switch r.IntN(10) {
		case 0:
			b.WriteString(m.text)
		case 1:
			b.WriteString("\n" + m.text + "\n")
		case 2:
			b.WriteString(base64.StdEncoding.EncodeToString([]byte(pick(r, alphanum, r.IntN(30)) + " " + m.text)))
		case 3:
			b.WriteString(url.QueryEscape(m.text + " "))
		case 4:
			b.WriteString(pick(r, alphanum+"+/", r.IntN(30_000)))
		case 5:
			b.WriteString(wrapped(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("text ", r.IntN(4000)) + m.text))))
		case 6:
			b.WriteString(knownValue)
		default:
			for range r.IntN(20) {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
	}
	return b.String()
}

// wrapped breaks s into lines of 76, as the command base64 does.
func wrapped(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s + "\n"
}

// TestPlantedNeverSurvives plants secrets between borders in any text.
func TestPlantedNeverSurvives(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		r := seeded(rapid.Uint64().Draw(t, "secret"))
		all := append(bare(r), named(r)...)
		m := all[r.IntN(len(all))]
		before, after := anyText(t), anyText(t)
		if strings.Contains(before+after, m.secret) {
			t.Skip("it stands there without borders too")
		}
		if out, _ := red.Text(before + "\n" + m.text + "\n" + after); strings.Contains(out, m.secret) {
			t.Fatalf("a %s survives", m.class)
		}
	})
}

// TestEncodedNeverSurvives encodes a line with a secret; nothing that decodes to it may remain.
func TestEncodedNeverSurvives(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		r := seeded(rapid.Uint64().Draw(t, "secret"))
		all := append(bare(r), named(r)...)
		m := all[r.IntN(len(all))]
		line := strings.Repeat("a line\n", r.IntN(10)) + m.text + "\n" + strings.Repeat("more\n", r.IntN(10))
		for _, encoded := range []string{base64.StdEncoding.EncodeToString([]byte(line)), base64.RawURLEncoding.EncodeToString([]byte(line))} {
			text := "data: " + encoded + " end"
			out, spans := red.Text(text)
			if len(spans) != 1 || out != "data: "+redact.Marker+" end" {
				t.Fatalf("a %s in an encoded line of %d bytes leaves %d spans, %d bytes", m.class, len(line), len(spans), len(out))
			}
		}
		lines := "data:\n" + wrapped(base64.StdEncoding.EncodeToString([]byte(line))) + "the end"
		if out, _ := red.Text(lines); out != "data:\n"+redact.Marker+"\nthe end" {
			t.Fatalf("a %s in wrapped base64 leaves %q", m.class, out)
		}
	})
}

// TestEscapedNeverSurvives escapes a line with a secret for URLs. What is around the secret stays: redacting the escaped
// text is escaping the redacted text.
func TestEscapedNeverSurvives(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		r := seeded(rapid.Uint64().Draw(t, "secret"))
		all := append(bare(r), named(r)...)
		m := all[r.IntN(len(all))]
		line := strings.Repeat("a line\n", r.IntN(10)) + m.text + "\n" + strings.Repeat("more\n", r.IntN(1000))
		want, _ := red.Text(line)
		marker := url.QueryEscape(redact.Marker)
		for name, escaped := range map[string]func(string) string{"query": url.QueryEscape, "path": url.PathEscape} {
			out, _ := red.Text("data: " + escaped(line) + " end")
			got := strings.ReplaceAll(out, redact.Marker, marker)
			if decoded, err := url.QueryUnescape(got); err != nil || decoded != "data: "+want+" end" {
				t.Fatalf("a %s escaped for a %s leaves %q", m.class, name, out)
			}
		}
	})
}

// TestKnownNeverSurvives writes a random value in all escapes of one level, glued to anything.
func TestKnownNeverSurvives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := strings.TrimSpace(rapid.StringN(8, 60, 200).Draw(t, "value"))
		red, err := redact.New(redact.Options{Known: []string{value}})
		if err != nil {
			t.Skip("refused")
		}
		before := rapid.StringN(0, 20, 80).Draw(t, "before")
		quoted, err := json.Marshal(value)
		if err != nil {
			t.Skip("no text")
		}
		for name, spelt := range map[string]string{"raw": value, "json": string(quoted), "query": url.QueryEscape(value), "path": url.PathEscape(value)} {
			if out, spans := red.Text(before + spelt + before); len(spans) == 0 || strings.Contains(out, strings.Trim(spelt, `"`)) && !strings.Contains(before, value) {
				t.Fatalf("the value survives as %s", name)
			}
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(before + value + before))
		if out, _ := red.Text(encoded); strings.Contains(out, encoded[:len(encoded)-2]) {
			t.Fatalf("the value survives in base64")
		}
	})
}

// TestCleanTextIsUnchanged makes texts without secrets from words and code.
func TestCleanTextIsUnchanged(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(lookAlikes), rapid.StringMatching(`[a-zA-Z]{1,12}[ .,;\n(){}]`))).Draw(t, "words")
		text := strings.Join(words, "\n")
		if out, spans := red.Text(text); out != text {
			t.Fatalf("%d spans, first %v %q", len(spans), spans[0], text[spans[0].Start:spans[0].End])
		}
	})
}

// TestMarkersStay redacts twice. What was cut apart may read otherwise the second time, but no marker is taken for a
// secret or a part of one, unless it stands between the borders of a key.
func TestMarkersStay(t *testing.T) {
	t.Parallel()
	red := withKnown(t)
	rapid.Check(t, func(t *rapid.T) {
		once, _ := red.Text(anyText(t))
		_, spans := red.Text(once)
		for _, sp := range spans {
			if sp.Class != "private-key" && strings.ContainsAny(once[sp.Start:sp.End], "[]") {
				t.Fatalf("the second time a %s holds a marker: %q", sp.Class, once[sp.Start:sp.End])
			}
		}
	})
}
