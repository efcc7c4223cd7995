package policy

import (
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/phone"
)

// literalKind is what a word is by its shape.
type literalKind uint8

const (
	noLiteral literalKind = iota
	pathLiteral
	hostLiteral
	recipientLiteral
	toolLiteral
)

// literal is a word that names one thing, in the form that policies use.
type literal struct {
	kind  literalKind
	text  string
	port  int    // of a host, 0 for none
	fault string // why it cannot be used
}

// classify reads a word by its shape. networkFirst takes main.py for a host.
func classify(raw string, networkFirst, fileFirst bool) literal {
	switch {
	case raw == "":
		return literal{}
	case strings.HasPrefix(raw, "class:"):
		return classLiteral(strings.ToLower(raw))
	case strings.Contains(raw, "://"):
		return urlLiteral(raw)
	case strings.Contains(raw, "__") && isToolPattern(raw):
		return literal{kind: toolLiteral, text: raw}
	case raw[0] == '+':
		if p, err := phone.ParsePattern(raw); err == nil {
			return literal{kind: recipientLiteral, text: p.String()}
		}
		return literal{}
	case raw[0] == '#' && len(raw) > 1, isEmail(raw):
		if strings.Contains(strings.TrimSuffix(raw, "*"), "*") {
			return literal{}
		}
		return literal{kind: recipientLiteral, text: raw}
	}
	if host, port, _ := strings.Cut(strings.ToLower(raw), ":"); host == "localhost" && number(port) > 0 && number(port) <= maxPort {
		return literal{kind: hostLiteral, text: "class:loopback", port: number(port)}
	}
	if text, port, ok := address(raw); ok {
		return literal{kind: hostLiteral, text: text, port: port}
	}
	if text, port, ok := domain(raw); ok && !strings.HasPrefix(raw, ".") && (networkFirst || !fileFirst && !hasFileExtension(text)) {
		return literal{kind: hostLiteral, text: text, port: port}
	}
	if extension := strings.TrimPrefix(strings.ToLower(raw), "."); strings.HasPrefix(raw, ".") && fileExtensions[extension] && extension != "env" {
		return literal{kind: pathLiteral, text: "**/*." + extension}
	}
	if looksLikePath(raw) || fileFirst && hasFileExtension(raw) {
		return pathOf(raw)
	}
	if host, _, ok := strings.Cut(raw, "/"); ok {
		if _, _, isDomain := domain(host); isDomain && (networkFirst || !hasFileExtension(host)) && !fileFirst {
			return urlLiteral("https://" + raw)
		}
		return pathOf(raw)
	}
	if hasFileExtension(raw) || bareFiles[strings.ToLower(raw)] {
		return pathOf(raw)
	}
	return literal{}
}

func classLiteral(raw string) literal {
	switch {
	case pathClasses[raw]:
		return literal{kind: pathLiteral, text: raw}
	case hostClasses[raw]:
		return literal{kind: hostLiteral, text: raw}
	}
	return literal{kind: pathLiteral, fault: "there is no such class"}
}

// urlLiteral is the host of a URL. One with a path is refused: the gate knows hosts, not pages.
func urlLiteral(raw string) literal {
	u, err := url.Parse(strings.Replace(raw, "://*.", "://wildcard-label.", 1))
	if err != nil || u.Hostname() == "" {
		return literal{kind: hostLiteral, fault: "it is no URL"}
	}
	host := strings.Replace(strings.ToLower(u.Hostname()), "wildcard-label.", "*.", 1)
	if strings.Trim(u.Path, "/*") != "" || u.RawQuery != "" || u.Fragment != "" {
		return literal{kind: hostLiteral, fault: "the gate knows hosts, not pages: write " + host}
	}
	port, _ := strconv.Atoi(u.Port())
	if text, _, ok := address(host); ok {
		return literal{kind: hostLiteral, text: text, port: port}
	}
	if text, _, ok := domain(host); ok {
		return literal{kind: hostLiteral, text: text, port: port}
	}
	if host == "localhost" {
		return literal{kind: hostLiteral, text: "class:loopback", port: port}
	}
	return literal{kind: hostLiteral, fault: "its host is none"}
}

// address reads an IP address or a network, perhaps with a port.
func address(raw string) (text string, port int, ok bool) {
	if prefix, err := netip.ParsePrefix(raw); err == nil {
		return prefix.Masked().String(), 0, true
	}
	if addr, err := netip.ParseAddr(strings.Trim(raw, "[]")); err == nil {
		return addr.Unmap().WithZone("").String(), 0, true
	}
	if both, err := netip.ParseAddrPort(raw); err == nil {
		return both.Addr().Unmap().WithZone("").String(), int(both.Port()), true
	}
	return "", 0, false
}

// domain reads a host name with at least two labels, perhaps with *. before and a port behind.
func domain(raw string) (text string, port int, ok bool) {
	text = strings.TrimSuffix(strings.ToLower(raw), ".")
	if host, number, cut := strings.Cut(text, ":"); cut {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxPort {
			return "", 0, false
		}
		text, port = host, n
	}
	name, wildcard := strings.CutPrefix(text, "*.")
	labels := strings.Split(name, ".")
	if len(labels) < 2 || len(name) > 253 {
		return "", 0, false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", 0, false
		}
	}
	last := labels[len(labels)-1]
	if len(last) < 2 || strings.Trim(last, "abcdefghijklmnopqrstuvwxyz") != "" && !strings.HasPrefix(last, "xn--") {
		return "", 0, false
	}
	return text, port, !wildcard || len(labels) >= 2
}

func isEmail(raw string) bool {
	name, host, ok := strings.Cut(raw, "@")
	_, _, isDomain := domain(host)
	return ok && name != "" && isDomain && !strings.ContainsAny(raw, "/:*")
}

// fileExtensions decide between a file and a host when only the shape is known.
var fileExtensions = wordSet(`txt md py js ts tsx jsx json yaml yml toml ini conf cfg env log csv tsv xml html htm css scss go rs rb php c h cpp cc hpp java kt swift sh bash zsh fish ps1 bat
sql db sqlite sqlite3 pem key crt cer der p12 pfx jks pub zip tar gz tgz bz2 xz 7z rar iso img dmg deb rpm apk exe dll so dylib bin jar war whl pdf doc docx xls xlsx ppt pptx odt ods png jpg jpeg gif svg webp bmp
mp3 mp4 mov avi mkv wav ipynb lock tf tfvars tfstate bak old tmp swp pid sock service timer cedar kdbx gpg asc ovpn parquet`)

// bareFiles are file names without an extension, and directories that are known by their name.
var bareFiles = wordSet("makefile dockerfile gemfile rakefile procfile jenkinsfile vagrantfile id_rsa id_ed25519 id_ecdsa id_dsa authorized_keys known_hosts license readme changelog crontab")

// wholeFiles are paths without an extension that are files, so that nothing can be below them.
var wholeFiles = wordSet("/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/sudoers /etc/hosts /etc/fstab /etc/crontab /etc/hostname /etc/environment /etc/profile /proc/self/environ")

func hasFileExtension(text string) bool {
	return fileExtensions[strings.TrimPrefix(strings.ToLower(path.Ext(text)), ".")]
}

func looksLikePath(raw string) bool {
	return strings.HasPrefix(raw, "/") || raw == "~" || strings.HasPrefix(raw, "~/") || strings.HasPrefix(raw, ".") && len(raw) > 1 || strings.HasPrefix(raw, "$HOME") ||
		strings.HasPrefix(raw, "${HOME}") || strings.HasSuffix(raw, "/") || strings.HasPrefix(raw, "*.") || strings.HasPrefix(raw, "**/") || strings.HasPrefix(raw, "workspace/")
}

// pathOf puts a path into the form of the vocabulary: absolute, or from ~, workspace or ** on. What could be a directory
// stands for itself and all below; a relative path is one of the workspace, a bare name one anywhere.
func pathOf(raw string) literal {
	text := strings.NewReplacer("${HOME}", "~", "$HOME", "~").Replace(raw)
	if strings.ContainsAny(text, `\$?[]{}<>|"`) {
		return literal{kind: pathLiteral, fault: `only * and ** can stand for other characters in a path`}
	}
	directory := strings.HasSuffix(text, "/")
	switch first, _, _ := strings.Cut(text, "/"); {
	case first == "" || first == "~" || first == "workspace" || first == "**":
	case strings.HasPrefix(first, "~"):
		return literal{kind: pathLiteral, fault: "the home of another user has an absolute path"}
	case strings.HasPrefix(text, "./") || strings.Contains(strings.TrimSuffix(text, "/"), "/"):
		text = "workspace/" + text
	default:
		text = "**/" + text
	}
	if slices.Contains(strings.Split(text, "/"), "..") {
		return literal{kind: pathLiteral, fault: "a path with .. depends on where it is used"}
	}
	text = path.Clean(text)
	last := path.Base(text)
	whole := last != "**" && !directory && (strings.Contains(last, "*") || hasFileExtension(last) || bareFiles[strings.ToLower(last)] || wholeFiles[strings.ToLower(text)])
	if text == "/" {
		text = ""
	}
	if !whole && last != "**" {
		text += "/**"
	}
	return literal{kind: pathLiteral, text: text}
}

func isToolPattern(raw string) bool {
	return strings.Trim(strings.ToLower(raw), "abcdefghijklmnopqrstuvwxyz0123456789_-.*") == "" && strings.Trim(raw, "_*.-") != ""
}

// toolName is the id of a tool, in the form that policies use.
func toolName(raw string) (string, bool) {
	if raw == allMCP {
		return raw, true
	}
	if raw == "" || !isToolPattern(raw) {
		return "", false
	}
	if _, known := toolResources[strings.ToLower(raw)]; known {
		return strings.ToLower(raw), true
	}
	return strings.TrimPrefix(raw, "mcp__"), true
}

func isTool(word string) bool {
	_, ok := toolResources[word]
	return ok
}

// isPackageShape tells whether a text is spelt as names of packages are.
func isPackageShape(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789@/._-+") == "" && strings.Trim(text, "@/._-+") != ""
}

// notPackages are words that go on with a rule behind "packages".
var notPackages = wordSet("at and or nor plus except other apart but excluding outside larger unless")

// isPackageName tells whether a word without quotes can only be the name of a package.
func isPackageName(word string) bool {
	return isPackageShape(word) && !determiners[word] && !prepositions[word] && verbWords[word] == "" && nominals[word] == "" &&
		!strings.HasSuffix(word, "ly") && !notPackages[word]
}

const maxPort = 65535

// The classes of the vocabulary.
var (
	pathClasses = classSet(`secret ssh-key ssh-config credentials cloud-credentials docker-credentials package-token env-file shell-history gpg-key browser-data password-store system-accounts system boot device
proc git-internals git-hooks git-config openclaw-config openclaw-credentials openclaw-auth openclaw-sessions openclaw-state gate plugin-manifest skill identity instructions memory vector-db database mcp-config
agent-card ide-config ide-extensions claude-settings claude-data anthropic-data huggingface-data cron systemd launchd startup package-config secrets-baseline log root-or-home tmp workspace outside-workspace uncertain null-device`)
	hostClasses = classSet("public loopback private link-local metadata paste-site tunnel gateway ip-literal uncertain")
)

func classSet(names string) map[string]bool {
	set := map[string]bool{}
	for n := range strings.FieldsSeq(names) {
		set["class:"+n] = true
	}
	return set
}
