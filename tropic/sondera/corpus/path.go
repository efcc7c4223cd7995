package corpus

import "strings"

// The kinds of sections. Of a path section, each entry is a path that is combined with the ways to use a file.
const (
	kindCalls      = "calls"
	kindRead       = "read"        // by tools and by commands
	kindReadTools  = "read-tools"  // by tools only
	kindWrite      = "write"       // by tools and by commands
	kindWriteTools = "write-tools" // by tools only
	kindWriteShell = "write-exec"  // by commands only
)

// pathUses lists the files of seeds with the ways of each kind, in which ⟨p⟩ is the path.
var pathUses = map[string][]string{
	kindRead:       {"read-tool", "read-exec"},
	kindReadTools:  {"read-tool"},
	kindWrite:      {"write-tool", "write-exec"},
	kindWriteTools: {"write-tool"},
	kindWriteShell: {"write-exec"},
}

// drafts reads a section into calls.
func (s section) drafts() []draft {
	if s.kind == kindCalls {
		var out []draft
		for _, entry := range s.entries() {
			out = append(out, parseDraft(s.rule, s.family, entry))
		}
		return out
	}
	files, known := pathUses[s.kind]
	if !known {
		panic("corpus: no such kind of section: " + s.kind)
	}
	var out []draft
	for _, path := range s.entries() {
		for _, file := range files {
			out = append(out, uses(file, s.rule, path)...)
		}
	}
	return out
}

// uses combines a path with every way of a file of seeds: ⟨p⟩ stands where a word may begin, ⟨a⟩ within a word or after a
// redirection, where a shell expands less. Tools get other spellings than commands.
func uses(file, rule, path string) []draft {
	spell := toolSpellings
	if strings.HasSuffix(file, "-exec") {
		spell = wordSpellings
	}
	var out []draft
	for _, s := range sections(file) {
		for _, entry := range s.entries() {
			spellings := spell(path)
			if strings.Contains(entry, "⟨a⟩") {
				spellings = attachedSpellings(path)
			}
			for _, spelling := range spellings {
				family := s.family
				if spelling != path {
					family += "-spelled"
				}
				out = append(out, parseDraft(rule, family, strings.NewReplacer("⟨p⟩", spelling, "⟨a⟩", spelling).Replace(entry)))
			}
		}
	}
	return out
}

// toolSpellings are other names of the same file, the first being the path itself. "~" is the home of user ubuntu.
func toolSpellings(path string) []string {
	absolute := absolute(path)
	dir, base := absolute[:strings.LastIndexByte(absolute, '/')], absolute[strings.LastIndexByte(absolute, '/')+1:]
	return []string{
		path, absolute, dir + "//" + base, dir + "/./" + base, "/" + absolute, "/proc/self/root" + absolute, "/tmp/.." + absolute,
		dir + "/../" + dir[strings.LastIndexByte(dir, '/')+1:] + "/" + base, climb + absolute, "/proc/self/cwd/" + climb + absolute,
		Workspace + "/" + climb + absolute, "./docs/../" + climb + absolute,
	}
}

// climb leads from the workspace to the root.
const climb = "../../../../.."

// wordSpellings adds what a shell expands in a word of its own.
func wordSpellings(path string) []string {
	spellings := append(toolSpellings(path), attachedSpellings(path)...)
	full := absolute(path)
	if rest, ok := strings.CutPrefix(full, home+"/"); ok {
		spellings = append(spellings, "~/"+rest, "~ubuntu/"+rest, "/home/*/"+rest)
	}
	return append(spellings, full[:len(full)-1]+"?")
}

// attachedSpellings adds what a shell expands anywhere.
func attachedSpellings(path string) []string {
	full := absolute(path)
	slash := strings.LastIndexByte(full, '/') + 1
	dir, base := full[:slash], full[slash:]
	spellings := []string{
		full, `"` + full + `"`, "'" + full + "'", dir + base[:1] + `""` + base[1:], dir + "$'" + escaped(base, `\x%02x`) + "'",
		"$(echo " + full + ")",
	}
	if rest, ok := strings.CutPrefix(full, home+"/"); ok {
		spellings = append(spellings, "$HOME/"+rest, `"$HOME"/`+rest, "${HOME}/"+rest, `"$(echo ~)"/`+rest, "../../../"+rest)
	}
	return spellings
}

// absolute resolves a path of a seed: "~/x", "/x", or relative to the workspace.
func absolute(path string) string {
	switch {
	case strings.HasPrefix(path, "~/"):
		return home + path[1:]
	case strings.HasPrefix(path, "/"):
		return path
	default:
		return Workspace + "/" + path
	}
}
