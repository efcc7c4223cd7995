package shell

import "strings"

// effects is filled by init, like programs.
var effects map[string]codeEffect

// codeEffect records what a call does.
type codeEffect = func(s *codeScan, name string, args []codeValue)

// codeEffects says what the functions of scripting languages do, by their last name; where that is ambiguous, qualified
// holds the modules in which it means this.
func codeEffects() map[string]codeEffect {
	return map[string]codeEffect{
		"system": runsShell, "popen": runsShell, "getoutput": runsShell, "getstatusoutput": runsShell, "execSync": runsShell, "shell_exec": runsShell,
		"passthru": runsShell, "proc_open": runsShell, "execute": runsShellOf("os"), "popen2": runsShell, "popen3": runsShell, "capture2": runsShell, "capture3": runsShell, "capture2e": runsShell,
		"create_subprocess_shell": runsShell, "pcntl_exec": runsArgs, "doShellScript": runsShell, "shellescape": nil,
		"run": runsProcess("subprocess", "sp", "asyncio", "Deno"), "call": runsProcess("subprocess", "sp"), "check_call": runsProcess("subprocess", "sp", ""), "check_output": runsProcess("subprocess", "sp", ""),
		"Popen": runsProcess("subprocess", "sp", ""), "create_subprocess_exec": runsArgs, "spawn": runsArgs, "spawnSync": runsArgs, "execFile": runsArgs, "execFileSync": runsArgs,
		"execv": runsArgs, "execve": runsArgs, "execvp": runsArgs, "execvpe": runsArgs, "execl": runsArgs, "execle": runsArgs, "execlp": runsArgs, "execlpe": runsArgs,
		"spawnl": runsArgsAfterMode, "spawnlp": runsArgsAfterMode, "spawnv": runsArgsAfterMode, "spawnvp": runsArgsAfterMode, "posix_spawn": runsArgs, "posix_spawnp": runsArgs, "startfile": runsArgs,
		"exec": executes, "Command": runsArgs,

		"eval": evaluates, "execfile": evaluates, "runInNewContext": evaluates, "runInThisContext": evaluates, "runInContext": evaluates, "Function": makesFunction, "instance_eval": evaluates,
		"class_eval": evaluates, "loadstring": evaluates, "assert": evaluatesOf("php"), "create_function": evaluates, "exec_module": evaluates, "run_code": evaluates, "runcode": evaluates,
		"compile": compiles, "__import__": imports, "import_module": imports, "getattr": reflects, "globals": nil,

		"remove": removesFiles, "unlink": removesFiles, "unlinkSync": removesFiles, "rmdir": removesFiles, "rmdirSync": removesFiles, "removedirs": removesFiles, "rmtree": removesTrees, "rmSync": removesTrees,
		"rm": removesTrees, "rm_rf": removesTrees, "rm_r": removesTrees, "rm_f": removesFiles, "remove_tree": removesTrees, "removeSync": removesTrees, "rimraf": removesTrees, "emptyDirSync": removesTrees,
		"remove_entry_secure": removesTrees, "delete": deletesFilesOrResources, "remove_dir": removesTrees, "deltree": removesTrees, "truncate": truncates, "ftruncate": nil,

		"open": opens, "fopen": opens, "File.open": opens, "write_text": writesReceiver, "write_bytes": writesReceiver, "writeFile": writesFirst, "writeFileSync": writesFirst, "appendFile": writesFirst,
		"appendFileSync": writesFirst, "createWriteStream": writesFirst, "file_put_contents": writesFirst, "outputFileSync": writesFirst, "to_csv": writesFirst, "to_json": writesFirst,
		"copy": copiesOf("shutil", "fs", "FileUtils", "File", ""), "copyfile": copies, "copy2": copies, "copytree": copies, "copyFileSync": copies, "copyFile": copies, "cpSync": copies, "cp": copies, "cp_r": copies,
		"move": movesOf("shutil", "fs", "FileUtils"), "rename": moves, "renameSync": moves, "replace": movesOf("os"), "mv": moves, "symlink": copies, "symlinkSync": copies, "link": copiesOf("os", "fs"),
		"chmod": changesMode, "chmodSync": changesMode, "chown": changesOwner, "chownSync": changesOwner, "mknod": writesFirst,
		"read_text": readsReceiver, "read_bytes": readsReceiver, "readFile": readsFirst, "readFileSync": readsFirst, "createReadStream": readsFirst, "file_get_contents": readsFirst, "readlines": readsFirstOf("File", "IO"),
		"read": readsFirstOf("File", "IO"), "readfile": readsFirst, "read_csv": readsFirst, "slurp": readsFirst, "readdirSync": readsFirst, "listdir": readsFirst, "scandir": readsFirst, "walk": readsFirst, "glob": readsFirst,
		"write": writesFirstOf("File", "IO"), "binwrite": writesFirst, "do": doesFile, "send": sendsName, "__send__": sendsName, "public_send": sendsName, "retrieve": deserializesOf("Storable"), "unsafe_load_file": deserializes,
		"file": readsFirstOf(""),

		"connect": connects, "create_connection": connects, "createConnection": connects, "fsockopen": connects, "stream_socket_client": connects, "TCPSocket.new": connects, "TCPSocket.open": connects,
		"socket": sockets, "Socket": sockets, "TCPSocket": connects, "socket_create": sockets, "tcp": sockets,
		"urlopen": fetchesFirst, "urlretrieve": downloads, "post": postsOf, "put": postsOf, "patch": postsOf, "post_form": postsOf, "sendmail": posts, "send_message": posts, "SMTP": connects, "FTP": connects, "storbinary": posts,
		"upload_file": posts, "upload_fileobj": posts, "put_object": posts, "fetch": fetchesMaybePosts, "request": fetchesMaybePosts, "axios": fetchesMaybePosts, "curl_setopt": nil,
		"gethostbyname": looksUpFirst, "getaddrinfo": looksUpFirst, "resolve4": looksUpFirst, "lookup": looksUpFirst,

		"loads": deserializesOf("pickle", "cPickle", "_pickle", "marshal", "dill", "jsonpickle", "cloudpickle"), "loads_pickle": deserializes, "load": deserializesOf("pickle", "cPickle", "_pickle", "marshal", "dill", "joblib", "yaml", "shelve", "torch", "Marshal", "YAML", "cloudpickle", "numpy", "np"),
		"shelve.open": deserializes, "jsonpickle.decode": deserializes,
		"unsafe_load": deserializesOf("yaml", "YAML"), "unserialize": deserializes, "Unpickler": deserializes, "read_pickle": deserializes, "full_load": deserializesOf("yaml"), "unsafe_load_all": deserializes,

		"setuid": elevates, "seteuid": elevates, "setgid": elevates, "dup2": duplicates, "fork": nil, "kill": kills, "killpg": kills, "ptrace": elevates, "prctl": nil, "CDLL": dynamicCall, "dlopen": dynamicCall,
		"syscall": dynamicCall, "reboot": shutsDown,
		"RemoveAll": removesTrees, "Remove": removesFiles, "Dial": connects, "DialTimeout": connects, "WriteFile": writesFirst, "ReadFile": readsFirst, "remove_dir_all": removesTrees, "remove_file": removesFiles,
	}
}

// evaluators are methods whose receiver is what they run.
var evaluators = setOf("instance_eval runInThisContext")

// invoke records what a call does.
func (s *codeScan) invoke(name string, args []codeValue) {
	if len(s.aliases) > 0 {
		first, rest, dotted := strings.Cut(name, ".")
		if module, ok := s.aliases[first]; ok {
			name = module
			if dotted {
				name += "." + rest
			}
		}
	}
	if effect := effects[name]; effect != nil {
		effect(s, name, args)
		return
	}
	if effect := effects[lastSegment(name)]; effect != nil {
		effect(s, name, args)
	}
}

func qualifier(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[strings.LastIndexByte(name[:i], '.')+1 : i]
	}
	return ""
}

func within(name string, modules []string) bool {
	q := qualifier(name)
	for _, m := range modules {
		if q == m {
			return true
		}
	}
	return false
}

func textOf(args []codeValue, i int) data {
	if i < len(args) {
		return args[i].text
	}
	return data{}
}

// runsShell gives its first argument to a shell.
func runsShell(s *codeScan, _ string, args []codeValue) {
	if len(args) == 0 {
		return
	}
	if args[0].list != nil {
		s.program(args[0].list)
		return
	}
	if len(args) > 1 && (s.language == "perl" || s.language == "ruby") && !args[1].text.holes && args[1].list == nil && args[1].text.text != "" {
		runsArgs(s, "", args)
		return
	}
	s.shellText(args[0].text)
}

func runsShellOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if within(name, modules) {
			runsShell(s, name, args)
		}
	}
}

// shellText runs a text that a shell would be given.
func (s *codeScan) shellText(code data) {
	if words := strings.Fields(code.text); len(words) > 0 && isShell(words[0]) && (len(words) == 1 || words[1] == "-i") {
		s.program(literals(words))
		return
	}
	if code.wholly() {
		s.mark(Dynamic)
		if code.taint&decoded != 0 {
			s.mark(DecodedCode)
		}
		s.in.because("what %s gives to a shell, only the run can tell", s.language)
		return
	}
	if code.taint&decoded != 0 {
		s.mark(DecodedCode)
	}
	if code.text != "" {
		first := len(s.in.out.Commands)
		s.runsText(code, nil)
		for _, c := range s.in.out.Commands[first:] {
			s.startsProgram(c.Program)
		}
	}
}

// startsProgram marks that code starts a program, unless it is one of those that scripts of developers start.
func (s *codeScan) startsProgram(program string) {
	if !plainPrograms[program] {
		s.mark(InlineExecution)
	}
}

var plainPrograms = setOf("git npm pnpm yarn node make cmake go cargo pytest python python3 pip tsc eslint prettier black ruff mypy")

// program runs a list of words.
func (s *codeScan) program(argv []data) {
	if len(argv) == 0 {
		return
	}
	s.startsProgram(base(argv[0].text))
	if isShell(argv[0].text) {
		s.shells = true
		if len(argv) == 1 || len(argv) == 2 && argv[1].text == "-i" {
			s.mark(Dynamic)
			s.in.because("what the shell that %s opens is told, only the run can tell", s.language)
		}
	}
	s.runs(argv)
}

func isShell(name string) bool {
	switch base(name) {
	case "sh", "bash", "zsh", "dash", "ksh":
		return true
	}
	return false
}

// runsArgs runs a program given as words, or as a name and a list.
func runsArgs(s *codeScan, _ string, args []codeValue) {
	var argv []data
	for i, a := range args {
		switch {
		case a.list != nil && i == 0:
			argv = append(argv, a.list...)
		case a.list != nil && len(argv) > 0:
			list := a.list
			if len(list) > 0 && s.language == "python" && (list[0].text == argv[0].text || base(list[0].text) == base(argv[0].text)) {
				list = list[1:] // argv[0]
			}
			argv = append(argv, list...)
		case a.list == nil && a.text.text != "":
			if i > 0 && s.language == "python" && len(argv) == 1 && base(a.text.text) == base(argv[0].text) {
				continue // argv[0] of execl
			}
			argv = append(argv, a.text)
		}
	}
	if len(argv) == 1 && strings.ContainsAny(argv[0].text, " ;|&") {
		s.shellText(argv[0])
		return
	}
	s.program(argv)
}

// runsArgsAfterMode is for calls whose first argument is how to spawn.
func runsArgsAfterMode(s *codeScan, name string, args []codeValue) {
	if len(args) > 1 {
		runsArgs(s, name, args[1:])
	}
}

// runsProcess runs a list as a program and a text as a shell would.
func runsProcess(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if len(args) == 0 || !within(name, modules) {
			return
		}
		if args[0].list != nil {
			s.program(args[0].list)
			return
		}
		s.shellText(args[0].text)
	}
}

// executes is exec: of a program in most languages, of code in Python.
func executes(s *codeScan, name string, args []codeValue) {
	if s.language == "python" {
		evaluates(s, name, args)
		return
	}
	if s.language == "javascript" && qualifier(name) != "" && (len(args) == 0 || args[0].text.holes) {
		return // a regular expression's exec
	}
	if len(args) > 1 && s.language != "javascript" && s.language != "php" {
		runsArgs(s, name, args)
		return
	}
	runsShell(s, name, args)
}

// evaluates runs its first argument as code of the same language.
func evaluates(s *codeScan, _ string, args []codeValue) {
	code := textOf(args, 0)
	if code.text == "" && len(args) == 0 {
		return
	}
	s.mark(Eval)
	if code.holes {
		s.mark(Dynamic)
		if code.taint&decoded != 0 {
			s.mark(DecodedCode)
		}
		s.in.because("what %s evaluates, only the run can tell", s.language)
		return
	}
	if code.taint&decoded != 0 {
		s.mark(DecodedCode)
	}
	if s.in.depth < maxDepth {
		s.code(s.language, code)
	}
}

// makesFunction is JavaScript's new Function: its code is followed, and what it is given then is not.
func makesFunction(s *codeScan, name string, args []codeValue) {
	if s.language != "javascript" || len(args) == 0 {
		return
	}
	s.mark(Dynamic)
	evaluates(s, name, args[len(args)-1:])
}

func evaluatesOf(language string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if s.language == language {
			evaluates(s, name, args)
		}
	}
}

// compiles is compile: of code when it stands alone, of an expression when it belongs to a module such as re.
func compiles(s *codeScan, name string, args []codeValue) {
	if qualifier(name) == "" && s.language == "python" {
		evaluates(s, name, args)
	}
}

func imports(s *codeScan, _ string, args []codeValue) {
	if textOf(args, 0).holes {
		s.mark(Dynamic)
	}
}

// reflects is getattr: a name that is put together hides which function is called.
func reflects(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 1); d.holes || dangerousName(d.text) {
		s.mark(Dynamic | Obfuscated)
		s.in.because("getattr hides which function is called")
	}
}

func dangerousName(name string) bool {
	switch name {
	case "system", "popen", "exec", "eval", "spawn", "fork", "remove", "unlink", "rmtree", "execv":
		return true
	}
	return false
}

func elevates(s *codeScan, _ string, _ []codeValue) {
	s.mark(Privilege)
	s.does(OpElevate)
}

func duplicates(s *codeScan, _ string, _ []codeValue) { s.shells = s.shells || s.sockets }

func kills(s *codeScan, _ string, args []codeValue) {
	who := 0
	if s.language == "perl" || s.language == "ruby" { // the signal comes first
		who = 1
	}
	if d := textOf(args, who); d.text == "1" || d.text == "-1" {
		s.mark(MassKill)
	}
}

func dynamicCall(s *codeScan, _ string, _ []codeValue) { s.mark(Dynamic) }

func shutsDown(s *codeScan, _ string, _ []codeValue) { s.mark(Shutdown) }
