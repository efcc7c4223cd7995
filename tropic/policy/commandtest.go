package policy

import (
	"slices"
	"strings"
)

// splitCommand takes a command apart: the program in lower case, and what follows.
func splitCommand(text string) (program string, words []string) {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return "", nil
	}
	return strings.ToLower(fields[0][strings.LastIndexByte(fields[0], '/')+1:]), fields[1:]
}

// hidden are the traits of a command whose text does not show what runs.
var hidden = []string{"obfuscated", "decoded-code", "dynamic"}

// commandTest is true when the program runs with the words. The gate knows flags and paths by meaning, other words only by
// the text of the command; a text that hides what it runs counts as having them.
func commandTest(program string, words []string) expression {
	parts := []expression{containsAny("programs", []string{program})}
	for i, w := range words {
		switch {
		case isVerbOf(program, i, w):
			parts = append(parts, containsAny("flags", []string{program + " " + w}))
		case strings.HasPrefix(w, "-") && len(w) > 1:
			parts = append(parts, flagTests(program, w)...)
		case isAnything(w):
		case looksLikePath(w):
			parts = append(parts, oneOfThese(containsAny("paths.any", exactPath(w)), containsText(w)))
		default:
			parts = append(parts, oneOfThese(containsText(w), containsAny("traits", hidden)))
		}
	}
	return allOf(parts...)
}

// soughtInText tells whether commandTest looks for a word of the command in the text, as nothing else is known of it.
func soughtInText(command string) bool {
	program, words := splitCommand(command)
	for i, w := range words {
		isFlag := strings.HasPrefix(w, "-") && len(w) > 1
		if !isFlag && !isAnything(w) && !looksLikePath(w) && !isVerbOf(program, i, w) {
			return true
		}
	}
	return false
}

// verbPrograms are programs whose first word the gate knows by meaning, as it knows flags: git push.
var verbPrograms = wordSet(`git docker podman docker-compose kubectl helm npm pnpm yarn bun cargo go pip pip3 pipx uv poetry terraform tofu pulumi
	systemctl apt apt-get dnf yum brew snap make just task gradle mvn dotnet composer bundle gem aws gcloud az gh`)

func isVerbOf(program string, i int, word string) bool {
	return i == 0 && verbPrograms[program] && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-:") == "" && word[0] != '-'
}

func isAnything(word string) bool { return word == "*" || word == "…" || word == "..." }

// containsText looks for a word in the command; a * in it stands for any characters.
func containsText(word string) expression {
	parts := append(append([]string{""}, strings.Split(word, "*")...), "")
	return test("context.command like " + likePattern(slices.Compact(parts)...))
}

// exactPath is a path as the operand of a command.
func exactPath(word string) []string {
	l := pathOf(word)
	if l.fault != "" {
		return nil
	}
	return []string{l.text}
}

// flagTests are the tests for a word with flags; each letter of -rf is one. Both the letter and the long name count, as the
// gate knows a flag by its long name where it has one.
func flagTests(program, word string) []expression {
	name, _, _ := strings.Cut(word, "=")
	if strings.HasPrefix(name, "--") {
		return []expression{containsAny("flags", []string{program + " " + name})}
	}
	if len(name) > 2 && singleDash[program] {
		return []expression{containsAny("flags", []string{program + " " + name})}
	}
	var out []expression
	for _, letter := range name[1:] {
		spellings := []string{program + " -" + string(letter)}
		for _, long := range longFlags[program+" "+string(letter)] {
			spellings = append(spellings, program+" --"+long)
		}
		out = append(out, containsAny("flags", spellings))
	}
	return out
}

// singleDash are programs whose long flags have one dash.
var singleDash = wordSet("find java terraform openssl")

// longFlags are the long names of letters.
var longFlags = func() map[string][]string {
	table := map[string][]string{}
	for programs, flags := range map[string]string{
		"rm cp":           "r:recursive R:recursive f:force i:interactive",
		"chmod chown":     "R:recursive f:quiet",
		"grep rg":         "r:recursive R:recursive i:ignore-case v:invert-match",
		"git":             "f:force D:delete d:delete a:all m:message",
		"curl":            "d:data F:form T:upload-file X:request o:output O:remote-name H:header u:user k:insecure L:location s:silent I:head",
		"wget":            "O:output-document q:quiet r:recursive c:continue",
		"docker podman":   "v:volume p:publish d:detach e:env f:force",
		"tar":             "c:create x:extract t:list f:file z:gzip C:directory",
		"kill pkill":      "s:signal",
		"npm":             "g:global D:save-dev S:save",
		"pip pip3":        "r:requirement U:upgrade e:editable",
		"apt apt-get dnf": "y:yes",
		"sed":             "i:in-place n:quiet e:expression",
		"crontab":         "e:edit r:remove l:list",
		"iptables":        "F:flush X:delete-chain A:append",
		"kubectl":         "n:namespace f:filename",
		"mv ln":           "f:force s:symbolic",
	} {
		for p := range strings.FieldsSeq(programs) {
			for f := range strings.FieldsSeq(flags) {
				letter, long, _ := strings.Cut(f, ":")
				table[p+" "+letter] = append(table[p+" "+letter], long)
			}
		}
	}
	return table
}()

// single is true of a text that is one command: what would join a second to it is not there.
func single() expression {
	var parts []expression
	for _, sign := range []string{";", "&", "|", "`", "$(", "<(", ">", "\n"} {
		parts = append(parts, negate(test("context.command like "+likePattern("", sign, ""))))
	}
	return allOf(parts...)
}
