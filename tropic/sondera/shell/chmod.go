package shell

import (
	"path"
	"strings"
)

// changeMode reads octal and symbolic modes (chmod(1)).
func changeMode(c *call) {
	words := c.operands
	mode := data{}
	if !c.has("--reference") {
		// a mode such as -x or -rwx was taken for flags
		for _, a := range c.args {
			if len(a.text) > 1 && a.text[0] == '-' && strings.Trim(a.text[1:], "rwxXst") == "" && a.text != "-R" {
				mode = a
			}
		}
		if mode.text == "" && len(words) > 0 {
			mode, words = words[0], words[1:]
		}
	}
	c.grants(mode.text)
	for _, w := range words {
		c.changes(w)
		p := c.in.path(w)
		if d, ok := c.in.files[p.Text]; ok && d.taint&(fetched|socket) != 0 && executable(mode.text) {
			c.mark(DownloadThenRun)
		}
		if executable(mode.text) && c.in.downloaded(p) {
			c.mark(DownloadThenRun)
		}
	}
}

// grants marks what a mode gives to everyone, or of its owner's rights.
func (c *call) grants(mode string) {
	everyone, rights := modeGives(mode)
	if everyone {
		c.mark(WorldWritable)
	}
	if rights {
		c.mark(Setuid)
	}
}

// downloaded tells whether something that was fetched lies at a path, or has its name and was moved there unseen.
func (in *interpreter) downloaded(p Path) bool {
	for file, d := range in.files {
		if d.taint&fetched == 0 {
			continue
		}
		if path.Base(file) == path.Base(p.Text) || p.Pattern && GlobMatches(p.Text, file) {
			return true
		}
	}
	return false
}

// modeGives tells whether a mode lets everyone write, and whether it gives a file its owner's rights.
func modeGives(mode string) (everyone, rights bool) {
	mode = strings.TrimPrefix(mode, "=")
	if mode != "" && strings.Trim(mode, "01234567") == "" {
		digits := strings.TrimLeft(mode, "0")
		if len(digits) > 3 {
			rights = (digits[len(digits)-4]-'0')&6 != 0
		}
		return digits != "" && (digits[len(digits)-1]-'0')&2 != 0, rights
	}
	for _, clause := range strings.Split(mode, ",") {
		i := strings.IndexAny(clause, "+=")
		if i < 0 {
			continue
		}
		who, what := clause[:i], clause[i+1:]
		if strings.ContainsRune(what, 'w') && strings.ContainsAny(who, "ao") {
			everyone = true
		}
		if strings.ContainsRune(what, 's') {
			rights = true
		}
	}
	return everyone, rights
}

func executable(mode string) bool {
	if mode != "" && strings.Trim(mode, "01234567") == "" {
		for _, d := range mode[max(0, len(mode)-3):] {
			if (d-'0')&1 != 0 {
				return true
			}
		}
		return false
	}
	return strings.ContainsAny(mode, "+=") && strings.Contains(mode[strings.IndexAny(mode, "+="):], "x")
}
