package corpus

import (
	"bytes"
	"compress/gzip"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// forms are the ways in which a command is written into a wrapper.
var forms = map[string]func(command string) string{
	"cmd":    func(c string) string { return c },
	"prog":   func(c string) string { p, _ := argv(c); return p },
	"args":   func(c string) string { _, a := argv(c); return a },
	"path":   func(c string) string { p, _ := argv(c); return directory(p) + p },
	"q":      shellQuote,
	"dq":     doubleQuote,
	"s":      func(c string) string { return jsonText(c) },
	"sq":     scriptQuote,
	"b64":    func(c string) string { return base64.StdEncoding.EncodeToString([]byte(c)) },
	"b32":    func(c string) string { return base32.StdEncoding.EncodeToString([]byte(c)) },
	"gz":     func(c string) string { return base64.StdEncoding.EncodeToString(gzipped(c)) },
	"hex":    func(c string) string { return hex.EncodeToString([]byte(c)) },
	"x":      func(c string) string { return escaped(c, `\x%02x`) },
	"oct":    func(c string) string { return escaped(c, `\%03o`) },
	"rev":    func(c string) string { return shellQuote(reversed(c)) },
	"rot13":  func(c string) string { return shellQuote(strings.Map(rot13, c)) },
	"split":  func(c string) string { p, _ := argv(c); return p[:1] + `""` + p[1:] },
	"quoted": func(c string) string { p, _ := argv(c); return `'` + p[:1] + `'` + p[1:] },
	"slash":  func(c string) string { p, _ := argv(c); return p[:len(p)-1] + `\` + p[len(p)-1:] },
	"at":     func(c string) string { p, _ := argv(c); return p[:1] + "$@" + p[1:] },
	"ansi":   func(c string) string { p, _ := argv(c); return "$'" + escaped(p, `\x%02x`) + "'" },
	"ansio":  func(c string) string { p, _ := argv(c); return "$'" + escaped(p, `\%03o`) + "'" },
	"progx":  func(c string) string { p, _ := argv(c); return escaped(p, `\x%02x`) },
	"progr":  func(c string) string { p, _ := argv(c); return reversed(p) },
	"head":   func(c string) string { p, _ := argv(c); return p[:len(p)/2] },
	"tail":   func(c string) string { p, _ := argv(c); return p[len(p)/2:] },
	"glob":   func(c string) string { p, _ := argv(c); return directory(p) + p[:len(p)-1] + "?" },
	"brace":  func(c string) string { return "{" + strings.Join(strings.Fields(c), ",") + "}" },
	"ifs":    func(c string) string { return strings.Join(strings.Fields(c), "${IFS}") },
	"tab":    func(c string) string { return strings.Join(strings.Fields(c), "\t") },
	"broken": func(c string) string { return strings.Join(strings.Fields(c), " \\\n  ") },
	"list":   func(c string) string { return list(strings.Fields(c)) },
	"upper":  strings.ToUpper,
}

func argv(command string) (prog, args string) {
	prog, args, _ = strings.Cut(command, " ")
	return prog, args
}

// directory is where Ubuntu keeps a program.
func directory(prog string) string {
	administration := []string{
		"shutdown", "reboot", "halt", "poweroff", "useradd", "userdel", "usermod", "groupadd", "adduser", "deluser", "addgroup",
		"visudo", "chpasswd", "init", "telinit", "wipefs", "blkdiscard", "mkswap", "sfdisk", "parted", "setcap", "runuser",
	}
	if slices.Contains(administration, prog) || strings.HasPrefix(prog, "mkfs") {
		return "/usr/sbin/"
	}
	return "/usr/bin/"
}

// shellQuote writes a text as one word in single quotes.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// doubleQuote writes a text as one word in double quotes that expands to the text itself.
func doubleQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text) + `"`
}

// scriptQuote is a literal of Perl, Ruby and PHP in which nothing is interpolated.
func scriptQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = jsonText(w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func escaped(text, verb string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, verb, text[i])
	}
	return b.String()
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func rot13(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case r >= 'A' && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}
