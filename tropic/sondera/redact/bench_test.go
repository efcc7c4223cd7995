package redact_test

import (
	"fmt"
	"go/build"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// secretsPerMegabyte is the density of planted secrets: that of the original's measurement, 200 in 10 MB.
const secretsPerMegabyte = 20

// BenchmarkText redacts Go source and tool output with planted secrets of all classes, on one processor. The metric
// "x-regexp" says how many times faster that is than one alternation of Go's regexp for the same classes.
func BenchmarkText(b *testing.B) { //nolint:paralleltest // it takes the one processor
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	red := withKnown(b)
	for _, corpus := range []struct {
		name string
		text func(testing.TB, int) string
	}{{"source", goSource}, {"output", toolOutput}} {
		for _, megabytes := range []int{1, 10} {
			text := planted(corpus.text(b, megabytes<<20))
			b.Run(fmt.Sprintf("%s/%dMB", corpus.name, megabytes), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				var spans int
				for b.Loop() {
					_, found := red.Text(text)
					spans = len(found)
				}
				b.StopTimer()
				b.ReportMetric(float64(spans), "spans")
				ours := float64(b.Elapsed()) / float64(b.N) / float64(len(text))
				sample := text[:min(len(text), 1<<20)]
				start := time.Now()
				alternation.FindAllStringIndex(sample, -1)
				theirs := float64(time.Since(start)) / float64(len(sample))
				b.ReportMetric(theirs/ours, "x-regexp")
				b.ReportMetric(1000/theirs, "regexp-MB/s")
			})
		}
	}
}

// BenchmarkWriter streams the same in pieces of 32 KB.
func BenchmarkWriter(b *testing.B) { //nolint:paralleltest // it takes the one processor
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	red := withKnown(b)
	text := []byte(planted(toolOutput(b, 10<<20)))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		w := red.Writer(io.Discard, nil)
		for piece := range slices.Chunk(text, 32<<10) {
			if _, err := w.Write(piece); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLong redacts what is worst for each matcher: all stay linear, so that MB/s is alike for any length.
func BenchmarkLong(b *testing.B) { //nolint:paralleltest // it takes the one processor
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	red := withKnown(b)
	for _, p := range pathological() {
		for _, size := range []int{100 << 10, 1 << 20} {
			text := strings.Repeat(p.piece, size/len(p.piece))
			b.Run(fmt.Sprintf("%s/%dKB", p.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					red.Text(text)
				}
			})
		}
	}
}

// pathological are pieces whose repetition makes a matcher begin at every step.
func pathological() []struct{ name, piece string } {
	r := seeded(11)
	return []struct{ name, piece string }{
		{"base64", pick(r, alphanum+"+/", 997)},
		{"jwt dashes", "-eyJ"},
		{"jwt dots", "eyJhbGciOiJIUzI1.-"},
		{"letters", "a"},
		{"equals", "="},
		{"colons", ": "},
		{"jwt", "eyJ"},
		{"jwts", "eyJhbGciOiJIUzI1NiJ9."},
		{"pem", "-----BEGIN "},
		{"pem head", "-----BEGIN " + "PRIVATE KEY-----"},
		{"dashes", "-"},
		{"percent", "%41"},
		{"percent mixed", "a%3D+b=c&"},
		{"percent secrets", "password%3Dabc" + "d1234%26"},
		{"url", "://"},
		{"urls", "a://b:c@d"},
		{"colon slash", ":/"},
		{"bearer", "bearer "},
		{"basic", "basic "},
		{"assignments", "password="},
		{"fields", `"password":"`},
		{"flags", "--token "},
		{"aws", "AKIA"},
		{"stripe", "sk_live_"},
		{"openai", "sk-"},
		{"backslashes", "\\"},
		{"quotes", `"`},
		{"nul", "\x00"},
		{"blanks", " "},
		{"lines", "\n"},
		{"wrapped", strings.Repeat("QUJD", 19) + "\n"},
		{"token", "token"},
		{"keys", "_KEY="},
		{"secrets", "SECRET=a1b2c3d4 "},
	}
}

// alternation is what one would write with the regexp package for the same classes.
var alternation = regexp.MustCompile(strings.Join([]string{
	`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`, `\bgh[pousr]_[A-Za-z0-9]{36,}`, `\bgithub_pat_\w{50,}`, `\bsk-(?:ant-|proj-|svcacct-)?[\w-]{32,}`,
	`\b[spr]k_(?:live|test)_[A-Za-z0-9]{16,}`, `\bwhsec_[A-Za-z0-9+/=]{20,}`, `-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?-----END`,
	`\beyJ[\w-]{10,}\.ey[\w-]{10,}\.[\w-]*`, `(?i:bearer)\s+[\w.~+/=-]{12,}`, `(?i:basic)\s+[A-Za-z0-9+/=]{8,}`, `\bxox[abeprs]-[\w-]{16,}`,
	`hooks\.slack\.com/services/[\w/]+`, `\bAIza[\w-]{35}`, `\bya29\.[\w.-]{20,}`, `\bGOCSPX-[\w-]{20,}`, `\bhf_[A-Za-z0-9]{30,}`, `\bSG\.[\w-]{22}\.[\w-]{43}`,
	`\b(?:SK|AC)[0-9a-f]{32}\b`, `\bnpm_[A-Za-z0-9]{36}`, `\bglpat-[\w-]{20,}`, `\bdop_v1_[0-9a-f]{64}`, `\b\d{8,10}:AA[\w-]{33}`, `AccountKey=[A-Za-z0-9+/=]{40,}`,
	`[a-z]+://[^:/\s]+:[^@\s]+@`, `(?i:password|secret|token|api_?key)["']?\s*[:=]\s*["']?[^\s"']{6,}`,
}, "|"))

// goSource reads the standard library until it has size bytes.
func goSource(t testing.TB, size int) string {
	t.Helper()
	var b strings.Builder
	for b.Len() < size {
		before := b.Len()
		for _, dir := range []string{"net/http", "go/types", "crypto/tls", "encoding/json", "cmd/compile/internal/ssa", "runtime", "reflect", "database/sql"} {
			files, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", dir, "*.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				source, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				b.Write(source)
			}
		}
		if b.Len() == before {
			t.Skip("no Go source tree here")
		}
	}
	return b.String()[:size]
}

// toolOutput makes lines as builds, logs, listings and APIs print them.
func toolOutput(_ testing.TB, size int) string {
	r := seeded(12)
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		hash, word := pick(r, "0123456789abcdef", 40), pick(r, "abcdefghijklmnopqrstuvwxyz", 7)
		fmt.Fprintf(&b, "-rw-r--r--  1 ubuntu ubuntu %7d Nov 12 09:%02d %s_%d.go\n", r.IntN(1e6), n%60, word, n)
		fmt.Fprintf(&b, "2026-11-12T09:%02d:07.123Z INFO request method=GET path=/api/v1/%s/%d status=200 duration=%dms id=%s\n", n%60, word, n, r.IntN(900), hash[:16])
		fmt.Fprintf(&b, `{"level":"info","id":%d,"name":"%s","sha":"%s","url":"https://example.com/%s?page=%d&size=20","ok":true}`+"\n", n, word, hash, word, n)
		fmt.Fprintf(&b, "ok  \tgithub.com/example/project/%s\t0.%03ds\tcoverage: %d.%d%% of statements\n", word, r.IntN(1000), r.IntN(100), r.IntN(10))
		fmt.Fprintf(&b, "%s %s (%s): fix the %s of the token parser\n", hash[:9], "commit", word, word)
	}
	return b.String()[:size]
}

// planted puts secrets of all classes into text at line ends, evenly.
func planted(text string) string {
	r := seeded(13)
	all := append(bare(r), named(r)...)
	step := (1 << 20) / secretsPerMegabyte
	var b strings.Builder
	for k := 0; len(text) > 0; k++ {
		cut := min(step, len(text))
		if end := strings.IndexByte(text[cut:], '\n'); end >= 0 {
			cut += end + 1
		}
		b.WriteString(text[:cut])
		text = text[cut:]
		b.WriteString(all[k%len(all)].text + "\n")
	}
	return b.String()
}
