package facts

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// patch takes the files out of a patch: OpenClaw's own form ("*** Update File: x") and unified diffs.
func (b *builder) patch(text string) {
	b.Operations |= shell.OpEdit | shell.OpWrite
	found := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		name, kind := patchFile(line)
		switch kind {
		case 0:
			continue
		case 'd':
			b.Operations |= shell.OpDelete
			b.Deletes = b.paths(b.Deletes, []string{name}, false)
		case 'm':
			b.Writes = b.paths(b.Writes, []string{name}, false)
		}
		found = true
	}
	if !found {
		b.Traits |= shell.Unparsed
		b.Reasons = append(b.Reasons, "a patch in which no file is named")
	}
}

// patchFile reads the header line of a file: d for one that is deleted, m for one that is made or changed.
func patchFile(line string) (name string, kind byte) {
	for _, head := range []struct {
		lead string
		kind byte
	}{
		{"*** Add File:", 'm'},
		{"*** Update File:", 'm'},
		{"*** Move to:", 'm'},
		{"*** Rename File:", 'm'},
		{"*** Delete File:", 'd'},
		{"rename to ", 'm'},
		{"rename from ", 'd'},
		{"copy to ", 'm'},
	} {
		if rest, ok := strings.CutPrefix(line, head.lead); ok {
			return strings.TrimSpace(rest), head.kind
		}
	}
	if rest, ok := strings.CutPrefix(line, "+++ "); ok {
		return diffName(rest, 'm')
	}
	if rest, ok := strings.CutPrefix(line, "--- "); ok {
		return diffName(rest, 'm')
	}
	return "", 0
}

// diffName takes a/ or b/ and a time stamp off a name; /dev/null is the absence of a file.
func diffName(text string, kind byte) (string, byte) {
	text, _, _ = strings.Cut(text, "\t")
	text = strings.TrimSpace(text)
	if text == "/dev/null" || text == "" {
		return "", 0
	}
	if strings.HasPrefix(text, "a/") || strings.HasPrefix(text, "b/") {
		text = text[2:]
	}
	return text, kind
}
