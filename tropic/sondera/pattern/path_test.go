package pattern_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/pattern"
)

var place = pattern.Place{Home: "/home/u", Workspace: "/home/u/.openclaw/workspace/a"}

// pathsOf lists the patterns that a path matches, sorted.
func pathsOf(t testing.TB, patterns []string, path string, isGlob bool, reading pattern.Reading) []string {
	t.Helper()
	m, err := pattern.NewPaths(patterns)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, id := range m.Append(nil, new(pattern.Walk), path, isGlob, place, reading) {
		got = append(got, patterns[id])
	}
	slices.Sort(got)
	return got
}

func TestPaths(t *testing.T) {
	t.Parallel()
	patterns := []string{
		"/etc/passwd", "/etc/**", "/etc/*", "/**", "~/.ssh/**", "~/*", "~", "workspace/**", "workspace", "workspace/src/*.go",
		"**/.env", "**/*.pem", "**/id_*", "**/a/**/z", "/a/b*d/e", "/*x*/y",
	}
	for path, want := range map[string]string{
		"/etc/passwd":                            "/** /etc/* /etc/** /etc/passwd",
		"/ETC/Passwd":                            "/** /etc/* /etc/** /etc/passwd",
		"/etc":                                   "/** /etc/**",
		"/etcetera":                              "/**",
		"/etc/ssl/key.PEM":                       "**/*.pem /** /etc/**",
		"/home/u/.ssh/id_rsa":                    "**/id_* /** ~/.ssh/**",
		"/home/u/.ssh":                           "/** ~/* ~/.ssh/**",
		"/home/u":                                "/** ~",
		"/home/user2/.ssh/id_rsa":                "**/id_* /**",
		"/home/u/.openclaw/workspace/a":          "/** workspace workspace/**",
		"/home/u/.openclaw/workspace/a/src/m.go": "/** workspace/** workspace/src/*.go",
		"/home/u/.openclaw/workspace/a/src/sub/m.go": "/** workspace/**",
		"/home/u/.openclaw/workspace/ab/m.go":        "/**",
		"/.env":                                      "**/.env /**",
		"/x/.env/y":                                  "/**",
		"/p/a/z":                                     "**/a/**/z /**",
		"/p/a/b/c/z":                                 "**/a/**/z /**",
		"/p/a/b/c/zz":                                "/**",
		"/a/bd/e":                                    "/** /a/b*d/e",
		"/a/bcccd/e":                                 "/** /a/b*d/e",
		"/a/b/d/e":                                   "/**",
		"/0x1/y":                                     "/** /*x*/y",
		"/":                                          "/**",
		"rel/.env":                                   "**/.env",
		"rel/file.txt":                               "",
	} {
		if diff := cmp.Diff(strings.Fields(want), pathsOf(t, patterns, path, false, pattern.Some)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

// A glob may become many paths: a rule that forbids asks for some of them, one that permits for all.
func TestGlobbedPaths(t *testing.T) {
	t.Parallel()
	patterns := []string{"/etc/passwd", "/etc/**", "/etc/p*", "**/id_rsa", "~/.ssh/*", "/a/[b]", "/**"}
	for path, want := range map[string][2]string{
		"/etc/*":              {"/** /etc/** /etc/p* /etc/passwd", "/** /etc/**"},
		"/etc/pass*":          {"/** /etc/** /etc/p* /etc/passwd", "/** /etc/** /etc/p*"},
		"/etc/shad??":         {"/** /etc/**", "/** /etc/**"},
		"/e[t]c/passwd":       {"/** /etc/** /etc/p* /etc/passwd", "/**"},
		"/etc/**":             {"/** /etc/** /etc/p* /etc/passwd", "/** /etc/**"},
		"/home/u/.ssh/id_*":   {"**/id_rsa /** ~/.ssh/*", "/** ~/.ssh/*"},
		"/home/u/.ssh/**":     {"/** ~/.ssh/*", "/**"},
		"/home/u/**/id_rsa":   {"**/id_rsa /** ~/.ssh/*", "**/id_rsa /**"},
		"**":                  {"/**", "/**"},
		"**/id_rsa":           {"**/id_rsa /**", "**/id_rsa /**"},
		"**/passwd":           {"/**", "/**"},
		"/a/[b]":              {"/** /a/[b]", "/**"},
		"/a/{b,c}":            {"/** /a/[b]", "/**"},
		"/home/u/proj/*.go":   {"/**", "/**"},
		"/home/*/.ssh/id_rsa": {"**/id_rsa /**", "**/id_rsa /**"},
	} {
		for reading, w := range map[pattern.Reading]string{pattern.Some: want[0], pattern.Every: want[1]} {
			if diff := cmp.Diff(strings.Fields(w), pathsOf(t, patterns, path, true, reading)); diff != "" {
				t.Errorf("%s, reading %d: %s", path, reading, diff)
			}
		}
	}
}

func TestHomeUnknown(t *testing.T) {
	t.Parallel()
	m, err := pattern.NewPaths([]string{"~/.ssh/**"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"/root/.ssh/x": true, "/home/any/.ssh/x": true, "/Users/any/.ssh": true, "/srv/.ssh/x": false, "/home/.ssh/x": false,
	} {
		if got := m.Append(nil, new(pattern.Walk), path, false, pattern.Place{}, pattern.Some); len(got) > 0 != want {
			t.Errorf("%s: matches %v, want %v", path, got, want)
		}
	}
}

func TestPathFaults(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "etc/passwd", "*.go", "./x", "../x", "/a//b", "/a/../b", "/a/./b", "http://x/y", "/a/\x00", "**/a\x00*"} {
		var syntax *pattern.SyntaxError
		if err := pattern.CheckPath(text); !errors.As(err, &syntax) {
			t.Errorf("%q: %v, want a SyntaxError", text, err)
		}
	}
}

// plainRegexp is the meaning of an absolute pattern, or of one from anywhere, in other words.
func plainRegexp(text string) *regexp.Regexp {
	re := "^"
	for c := range strings.SplitSeq(strings.TrimPrefix(text, "/"), "/") {
		if c == "**" {
			re += "(/[^/]+)*"
		} else {
			re += "/" + strings.ReplaceAll(regexp.QuoteMeta(c), `\*`, "[^/]*")
		}
	}
	return regexp.MustCompile(re + "$")
}

func drawPath(t *rapid.T, components []string, label string) string {
	list := rapid.SliceOfN(rapid.SampledFrom(components), 1, 5).Draw(t, label)
	return "/" + strings.Join(list, "/")
}

func treeIsRegexp(t *rapid.T) {
	patterns := make([]string, rapid.IntRange(1, 10).Draw(t, "patterns"))
	for i := range patterns {
		patterns[i] = drawPath(t, []string{"a", "b", "ab", "*", "a*", "*b", "a*b", "*a*", "*ab*b*", "**", "**"}, "pattern")
		if rapid.Bool().Draw(t, "anywhere") {
			patterns[i] = "**" + patterns[i]
		}
	}
	path := drawPath(t, []string{"a", "b", "ab", "aab", "abb", "ba", "aabb"}, "path")
	m, err := pattern.NewPaths(patterns)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Append(nil, new(pattern.Walk), path, false, pattern.Place{}, pattern.Some)
	slices.Sort(got)
	var want []int
	for id, text := range patterns {
		if plainRegexp(text).MatchString(path) {
			want = append(want, id)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("path %s, patterns %q: got %v, want %v", path, patterns, got, want)
	}
}

func TestPathsAreWhatTheirPatternsSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, treeIsRegexp)
}

// A glob's reading encloses what it becomes: whatever one expansion matches is met by some, and what every one of them
// is sure to match each expansion does.
func TestGlobsEncloseTheirExpansions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		patterns := make([]string, rapid.IntRange(1, 6).Draw(t, "patterns"))
		for i := range patterns {
			patterns[i] = drawPath(t, []string{"a", "b", "ab", "*", "a*", "*b", "a*b", "**"}, "pattern")
		}
		letters := []string{"a", "b", "a?", "a*", "b[ab]"} // a * alone is not taken for what is behind a **
		if !strings.Contains(strings.Join(patterns, ""), "**") {
			letters = append(letters, "*", "?b", "[ab]")
		}
		glob := "/" + strings.TrimPrefix(drawPath(t, letters, "glob"), "/")
		expanded := glob
		for strings.ContainsAny(expanded, "*?[") {
			expanded = strings.Replace(expanded, "*", rapid.SampledFrom([]string{"a", "b", "ab"}).Draw(t, "star"), 1)
			expanded = strings.Replace(expanded, "?", rapid.SampledFrom([]string{"a", "b"}).Draw(t, "one"), 1)
			expanded = strings.Replace(expanded, "[ab]", rapid.SampledFrom([]string{"a", "b"}).Draw(t, "of"), 1)
		}
		m, err := pattern.NewPaths(patterns)
		if err != nil {
			t.Fatal(err)
		}
		w := new(pattern.Walk)
		actual := m.Append(nil, w, expanded, false, pattern.Place{}, pattern.Some)
		some := m.Append(nil, w, glob, true, pattern.Place{}, pattern.Some)
		every := m.Append(nil, w, glob, true, pattern.Place{}, pattern.Every)
		for _, id := range actual {
			if !slices.Contains(some, id) {
				t.Fatalf("%s becomes %s, which %s matches, and is not met by it", glob, expanded, patterns[id])
			}
		}
		for _, id := range every {
			if !slices.Contains(actual, id) {
				t.Fatalf("%s becomes %s, which %s does not match, and was said to be sure", glob, expanded, patterns[id])
			}
		}
	})
}

func FuzzPaths(f *testing.F) {
	f.Add("/etc/**", "/etc/passwd", true)
	f.Add("**/*.pem", "**/[x", true)
	f.Add("~/a*b*c/**/d", `/home/u/\*/{a,b`, true)
	f.Fuzz(func(t *testing.T, text, path string, isGlob bool) {
		m, err := pattern.NewPaths([]string{text, "/**"})
		if err != nil {
			return
		}
		w := new(pattern.Walk)
		some := m.Append(nil, w, path, isGlob, place, pattern.Some)
		every := m.Append(nil, w, path, isGlob, place, pattern.Every)
		if !isGlob && !slices.Equal(some, every) {
			t.Errorf("%q, %q: a plain path is read in two ways: %v, %v", text, path, some, every)
		}
		for _, id := range every {
			if !slices.Contains(some, id) {
				t.Errorf("%q, %q: sure to match, but nothing of it does", text, path)
			}
		}
	})
}
