package shell

import (
	"slices"
	"strings"
	"sync"
)

// program is what is known of a program: how its flags are read, and what it does.
type program struct {
	flags *flagSet
	does  func(*call)
}

// programs is filled by init, since what programs do leads back to the table: one program runs another.
var programs map[string]*program

func init() { //nolint:gochecknoinits // breaks the cycle between the table and what it calls
	effects = codeEffects()
	programs = make(map[string]*program, 1024)
	for _, family := range []func(){
		shellPrograms, wrapperPrograms, textPrograms, filePrograms, copyPrograms, archivePrograms, networkPrograms, remotePrograms, systemPrograms,
		accountPrograms, interpreterPrograms, buildPrograms, packagePrograms, gitPrograms, containerPrograms, cloudPrograms,
		databasePrograms, openclawPrograms,
	} {
		family()
	}
}

// register enters programs, given as a list of names, into the table.
func register(names, flags string, does func(*call)) {
	p := &program{flags: newFlagSet(flags), does: does}
	for _, n := range strings.Fields(names) {
		programs[n] = p
	}
}

// registerSingle is register for programs whose long flags have one dash.
func registerSingle(names, flags string, does func(*call)) {
	register(names, flags, does)
	programs[strings.Fields(names)[0]].flags.single = true
}

// registerLeading is register for programs whose flags end at the first operand.
func registerLeading(names, flags string, does func(*call)) {
	register(names, flags, does)
	programs[strings.Fields(names)[0]].flags.stop = true
}

// registerPlain is register for programs that read their arguments themselves.
func registerPlain(names string, does func(*call)) {
	register(names, "", does)
	programs[strings.Fields(names)[0]].flags.none = true
}

// lookupProgram finds a program, also with a version to its name: python3.12, gcc-13.
func lookupProgram(name string) *program {
	if p, ok := programs[name]; ok {
		return p
	}
	bare := strings.TrimRight(name, "0123456789.-")
	if bare != name && len(bare) > 1 {
		if p, ok := programs[bare]; ok {
			return p
		}
	}
	if strings.HasPrefix(name, "ld-linux") || strings.HasPrefix(name, "ld-musl") || name == "ld.so" { // ld.so(8) runs a program
		return programs["stdbuf"]
	}
	for _, prefix := range []string{"mkfs.", "fsck.", "x86_64-linux-gnu-", "aarch64-linux-gnu-"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return programs[map[bool]string{true: rest, false: strings.TrimSuffix(prefix, ".")}[strings.HasSuffix(prefix, "-")]]
		}
	}
	return nil
}

var programNames = sync.OnceValue(func() []string {
	names := make([]string, 0, len(programs))
	for n := range programs {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
})

// canonical is the name under which the table knows a program: python for python3.12.
func canonical(name string) string {
	bare := strings.TrimRight(name, "0123456789.-")
	if bare != name && len(bare) > 1 && programs[bare] != nil {
		return bare
	}
	return name
}

// Known tells whether a program is one of those of which the package knows what they do.
func Known(program string) bool { return lookupProgram(program) != nil }

// Canonical is the name of a program without its version: python for python3.12.
func Canonical(program string) string { return canonical(program) }
