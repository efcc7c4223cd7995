package shell

// Environment is where a command would run. The zero value is valid: paths stay relative and nothing is sensitive.
type Environment struct {
	Dir  string // working directory, absolute
	Home string // home directory, absolute; ~ stays ~ when empty
	// Vars are variables whose values are known. HOME, PWD, PATH, IFS, SHELL and TMPDIR need not be given.
	Vars map[string]string
	// Sensitive tells whether the content of a file must not leave the machine. It is called during [Analyze] only,
	// must not block, and may be called from several goroutines at once. nil: nothing is sensitive.
	Sensitive func(Path) bool
}

// variable returns what the surroundings are known to hold.
func (e *Environment) variable(name string) (string, bool) {
	if v, ok := e.Vars[name]; ok {
		return v, true
	}
	switch name {
	case "HOME":
		return e.Home, e.Home != ""
	case "IFS":
		return " \t\n", true
	case "PATH":
		return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", true
	case "SHELL", "BASH":
		return "/bin/bash", true
	case "TMPDIR":
		return "/tmp", true
	case "USER", "LOGNAME":
		return "ubuntu", e.Home == "/home/ubuntu"
	}
	return "", false
}

func (e *Environment) sensitive(p Path) bool { return e.Sensitive != nil && e.Sensitive(p) }
