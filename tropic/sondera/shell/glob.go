package shell

import "path"

// GlobMatches tells whether a shell's glob may stand for name, one component of a path, as path.Match has it. A
// malformed glob stands for nothing.
func GlobMatches(glob, name string) bool {
	// Most names are ruled out by an end, without a walk through the glob.
	if glob != "" && name != "" {
		first, last := glob[0], glob[len(glob)-1]
		if !special(first) && first != name[0] || !special(last) && last != name[len(name)-1] {
			return false
		}
	}
	ok, err := path.Match(glob, name)
	return err == nil && ok
}

func special(c byte) bool { return c == '*' || c == '?' || c == '[' || c == ']' || c == '\\' }
