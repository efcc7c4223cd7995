package shell

import "strings"

// codeScan is the reading of one program.
type codeScan struct {
	*call
	language string
	tokens   []token
	vars     map[string]codeValue
	depth    int

	aliases map[string]string // what "from x import y" and "import x as y" name

	sockets, shells, posts, environment bool
	loops, forks                        bool
	evaluates                           bool
	shifted                             int // arguments that shift took
}

func (s *codeScan) scan() {
	for i := 0; i < len(s.tokens) && s.in.step(); i++ {
		t := s.tokens[i]
		switch t.kind {
		case tokenShell:
			s.shellText(literal(t.text))
		case tokenText:
			s.mentions(t.text)
		case tokenName:
			s.name(i)
		case tokenNumber, tokenMark:
		}
	}
	s.conclude()
}

// conclude marks what follows from a program as a whole.
func (s *codeScan) conclude() {
	if s.sockets && s.far() {
		s.does(OpConnect)
	}
	if s.sockets && s.shells {
		s.mark(ReverseShell)
	}
	if s.evaluates && s.command.Operations&(OpFetch|OpConnect) != 0 && (len(s.command.Hosts) == 0 || s.far()) {
		s.mark(RemoteCode)
	}
	if s.loops && s.forks {
		s.mark(ForkBomb)
	}
	if s.sockets && s.far() && len(s.command.Hosts) > 0 {
		s.mark(RawSocket)
	}
	if len(s.command.Hosts) > 0 && s.far() || s.posts || s.sockets {
		if s.out.taint&sensitive != 0 || s.environment && s.posts {
			s.mark(Exfiltration)
		}
	}
}

// mentions takes URLs and sensitive files from a literal.
func (s *codeScan) mentions(text string) {
	switch {
	case strings.Contains(text, "://") && !strings.ContainsAny(text, " \n<>"):
		s.contacts(literal(text), 0)
		s.does(OpFetch)
	case len(text) > 200 || strings.ContainsAny(text, "\n;"):
	default:
		s.readsIfSensitive(literal(text))
	}
}

// name looks at what stands at a name: an assignment, or a call.
func (s *codeScan) name(i int) {
	t := s.tokens[i].text
	switch t {
	case "$", "Bun.$", "zx.$":
		if s.language == "javascript" && i+1 < len(s.tokens) && s.tokens[i+1].kind == tokenText {
			s.shellText(literal(s.tokens[i+1].text))
		}
	case "include", "require", "require_once", "include_once":
		if s.language == "php" && i+1 < len(s.tokens) && s.tokens[i+1].kind == tokenText && strings.Contains(s.tokens[i+1].text, "://") {
			s.mark(RemoteCode)
		}
	case "while", "loop", "until", "for":
		s.loops = true
		return
	case "from", "import":
		s.imports(i)
		return
	case "eval", "exec", "Function", "vm.runInThisContext":
		s.evaluates = s.evaluates || t != "exec" || s.language == "python"
	case "fork", "os.fork", "pcntl_fork", "Process.fork", "cluster.fork":
		s.forks = true
	case "os.environ", "process.env", "ENV", "%ENV", "$_ENV", "ENVIRON":
		s.environment = s.environment || !s.next(i, "[", ".")
	}
	if s.next(i, "=") && !s.at(i+2, "=") && !s.at(i+2, "~") {
		value, _ := s.expression(i + 2)
		s.vars[t] = value
	}
	open := i + 1
	if strings.HasSuffix(t, "!") {
		open = i + 1
	}
	switch {
	case s.at(open, "("):
		s.callValue(t, open)
	case (s.language == "ruby" || s.language == "perl" || s.language == "lua" || s.language == "php") && open < len(s.tokens) && (s.tokens[open].kind == tokenText || s.tokens[open].kind == tokenName && bareCalls[lastSegment(t)] || s.language == "perl" && effects[t] != nil && s.tokens[open].kind != tokenMark):
		args := s.bareArguments(open)
		s.invoke(t, args)
	case s.language == "awk" && (t == "print" || t == "printf"):
		s.awkPrint(i)
	case t == "getline" && i > 1 && s.at(i-1, "|"):
		if v, ok := s.valueBefore(i - 1); ok {
			s.shellText(v)
		}
	}
}

// imports notes the names that Python's import gives.
func (s *codeScan) imports(i int) {
	if s.language != "python" || i > 1 && s.tokens[i-2].text == "from" {
		return
	}
	if s.aliases == nil {
		s.aliases = map[string]string{}
	}
	module := ""
	if s.tokens[i].text == "from" && i+2 < len(s.tokens) && s.tokens[i+1].kind == tokenName && s.tokens[i+2].text == "import" {
		module = s.tokens[i+1].text + "."
		i += 2
	}
	for k := i + 1; k < len(s.tokens) && s.tokens[k].kind == tokenName; k++ {
		name := s.tokens[k].text
		as := name
		if k+2 < len(s.tokens) && s.tokens[k+1].text == "as" {
			as = s.tokens[k+2].text
			k += 2
		}
		if module != "" || as != name {
			s.aliases[as] = module + name
		}
		if k+1 >= len(s.tokens) || !s.at(k+1, ",") {
			return
		}
		k++
	}
}

var bareCalls = setOf("system exec unlink eval require rmtree syscall spawn do")

func (s *codeScan) at(i int, mark string) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].kind == tokenMark && s.tokens[i].text == mark
}

func (s *codeScan) next(i int, marks ...string) bool {
	for _, m := range marks {
		if s.at(i+1, m) {
			return true
		}
	}
	return false
}

func (s *codeScan) valueBefore(i int) (data, bool) {
	if i > 0 && s.tokens[i-1].kind == tokenText {
		return literal(s.tokens[i-1].text), true
	}
	if i > 0 && s.tokens[i-1].kind == tokenName {
		v, ok := s.vars[s.tokens[i-1].text]
		return v.text, ok
	}
	return data{}, false
}

// awkPrint follows print > "file" and print | "command".
func (s *codeScan) awkPrint(i int) {
	for k := i + 1; k < len(s.tokens); k++ {
		switch {
		case s.at(k, "}"), s.at(k, ";"), s.at(k, "\n"):
			return
		case s.at(k, ">") || s.at(k, "|"):
			from := k + 1
			if s.at(from, ">") {
				from++
			}
			if from >= len(s.tokens) || s.at(from, "|") {
				return
			}
			v, _ := s.expression(from)
			if s.at(k, "|") {
				s.shellText(v.text)
			} else if s.tokens[from].kind == tokenText {
				s.writes(v.text, unknown(0))
			}
			return
		}
	}
}
