package shell

import (
	"encoding/hex"
	"strings"
)

// languages gives interpreters the name of what they run.
var languages = map[string]string{
	"python": "python", "python2": "python", "python3": "python", "pypy": "python", "pypy3": "python", "ipython": "python", "ipython3": "python", "uv": "python",
	"node": "javascript", "nodejs": "javascript", "deno": "javascript", "bun": "javascript", "tsx": "javascript", "ts-node": "javascript", "osascript": "applescript",
	"perl": "perl", "perl5": "perl", "ruby": "ruby", "irb": "ruby", "jruby": "ruby", "truffleruby": "ruby", "jython": "python", "micropython": "python", "bpython": "python", "php": "php", "lua": "lua", "luajit": "lua", "lua5": "lua", "rscript": "r", "r": "r",
	"sh": "sh", "bash": "sh", "zsh": "sh", "dash": "sh", "ksh": "sh", "ash": "sh", "awk": "awk", "gawk": "awk", "tclsh": "tcl", "wish": "tcl",
	"javascript": "javascript", "groovy": "groovy", "julia": "julia", "swift": "swift", "elixir": "elixir", "guile": "scheme", "jshell": "java", "pwsh": "powershell",
}

func languageOf(program string) (string, bool) {
	l, ok := languages[program]
	if !ok {
		l, ok = languages[canonical(program)]
	}
	return l, ok
}

// code reads a program in a scripting language, as far as that is honest: calls whose effect is known, with arguments
// that are literals or made of literals. What it runs, deletes, reads, writes and contacts is recorded; a call that runs
// what cannot be known is marked dynamic.
func (c *call) code(language string, text data) {
	c.does(OpExecute)
	c.command.Languages = append(c.command.Languages, language)
	if text.taint&(fetched|socket) != 0 {
		c.mark(RemoteCode)
	}
	if text.taint&decoded != 0 {
		c.mark(DecodedCode)
	}
	if text.wholly() {
		c.mark(Dynamic)
		c.in.because("what %s would run, only the run can tell", c.command.Program)
		return
	}
	if language == "sh" {
		c.runsText(text, nil)
		return
	}
	defer func() { c.in.depth-- }()
	if !c.in.deeper() || len(text.text) > maxText {
		c.in.fail("a %s program exceeds what is followed", language)
		return
	}
	s := &codeScan{call: c, language: language, tokens: tokens(language, text.text), vars: map[string]codeValue{}}
	s.scan()
}

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

// codeValue is what an expression gives, as far as it is known: a text, or the words of a list.
type codeValue struct {
	text data
	list []data
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
		}
	}
	s.conclude()
}

// conclude marks what follows from a program as a whole.
func (s *codeScan) conclude() {
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

// arguments evaluates what stands in brackets, and returns the index after them.
func (s *codeScan) arguments(open int) ([]codeValue, int) {
	var args []codeValue
	if s.depth++; s.depth > 40 {
		s.depth--
		return nil, len(s.tokens)
	}
	defer func() { s.depth-- }()
	i := open + 1
	for i < len(s.tokens) && !s.at(i, ")") {
		v, next := s.expression(i)
		args = append(args, v)
		if next <= i {
			next = i + 1
		}
		i = next
		if s.at(i, ",") {
			i++
		}
	}
	return args, i + 1
}

// bareArguments evaluates the arguments of a call without brackets.
func (s *codeScan) bareArguments(i int) []codeValue {
	var args []codeValue
	for i < len(s.tokens) && !s.at(i, "\n") && !s.at(i, ";") && !s.at(i, "}") && len(args) < maxLoop {
		v, next := s.expression(i)
		args = append(args, v)
		if next <= i || !s.at(next, ",") {
			break
		}
		i = next + 1
	}
	return args
}

// expression evaluates up to the next , ; ) ] } or line end: literals, sums, lists, variables, and decoders of literals.
func (s *codeScan) expression(i int) (codeValue, int) {
	if s.depth++; s.depth > 40 {
		s.depth--
		return codeValue{text: unknown(0)}, len(s.tokens)
	}
	defer func() { s.depth-- }()
	var v codeValue
	first := true
	add := func(d data) {
		v.text = v.text.plus(d)
		first = false
	}
	for i < len(s.tokens) {
		t := s.tokens[i]
		switch t.kind {
		case tokenText:
			s.mentions(t.text)
			add(literal(t.text))
		case tokenShell:
			s.shellText(literal(t.text))
			add(unknown(0))
		case tokenNumber:
			add(literal(t.text))
		case tokenName:
			if s.at(i+1, "=") && !s.at(i+2, "=") && !s.at(i+2, ">") { // a keyword argument
				value, next := s.expression(i + 2)
				s.vars[" "+t.text] = value
				return value.named(t.text), next
			}
			if s.at(i+1, ":") && s.depth > 1 && s.language == "javascript" {
				i += 2
				continue
			}
			if s.at(i+1, "(") {
				d, next := s.callValue(t.text, i+1)
				add(d)
				i = next
				continue
			}
			if d, next, ok := s.argument(i); ok {
				add(d)
				i = next
				continue
			}
			if known, ok := s.vars[t.text]; ok {
				if first && known.list != nil {
					v.list = known.list
				}
				add(known.text)
			} else if t.text != "shell" && t.text != "new" && t.text != "await" {
				add(unknown(0))
			}
		case tokenMark:
			switch t.text {
			case ",", ";", ")", "]", "}", "\n":
				if t.text == "\n" && s.depth > 1 {
					break
				}
				return v, i
			case "[", "{":
				if first {
					list, next := s.list(i)
					v.list = list
					i = next
					first = false
					continue
				}
				if t.text == "[" { // an index, or [::-1]
					reversing := s.at(i+1, ":") && s.at(i+2, ":") && s.at(i+3, "-")
					_, next := s.list(i)
					if reversing {
						v.text.text = reversed(v.text.text)
						v.text.taint |= decoded
					} else {
						v.text = v.text.transformed(0)
					}
					i = next
					continue
				}
			case "(":
				args, next := s.arguments(i)
				for _, a := range args {
					add(a.text)
					if a.list != nil {
						v.list = a.list
					}
				}
				i = next
				continue
			case "-":
				if first && i+1 < len(s.tokens) && s.tokens[i+1].kind == tokenNumber {
					add(literal("-"))
				}
			case "%", "*":
				v.text = v.text.transformed(0)
			case ".", "+":
			}
		}
		i++
	}
	return v, i
}

// argument evaluates what the program was given as its arguments: sys.argv[1], ARGV[0], process.argv[1], shift.
func (s *codeScan) argument(i int) (data, int, bool) {
	first := 0
	switch name := s.tokens[i].text; name {
	case "sys.argv", "argv", "$argv", "process.argv", "arg":
		first = 1
	case "ARGV", "$ARGV", "@ARGV", "Deno.args":
		if s.language == "awk" {
			first = 1
		}
	case "shift":
		if s.language != "perl" {
			return data{}, 0, false
		}
		d := unknown(0)
		if s.shifted < len(s.call.arguments) {
			d = s.call.arguments[s.shifted]
			s.shifted++
		}
		return d, i + 1, true
	case "$_", "ARGF", "$<", "STDIN", "fileinput.input":
		if len(s.call.arguments) > 0 {
			return s.call.arguments[0], i + 1, true
		}
		return data{}, 0, false
	default:
		return data{}, 0, false
	}
	if s.at(i+1, "[") && i+3 < len(s.tokens) && s.tokens[i+2].kind == tokenNumber && s.at(i+3, "]") {
		if n := int(s.tokens[i+2].text[0] - '0'); len(s.tokens[i+2].text) == 1 && n >= first && n-first < len(s.call.arguments) {
			return s.call.arguments[n-first], i + 4, true
		}
	}
	if len(s.call.arguments) > 0 {
		return s.call.arguments[0], i + 1, true
	}
	return data{}, 0, false
}

func (v codeValue) named(name string) codeValue {
	if name == "shell" || name == "stdin" || name == "stdout" || name == "stderr" || name == "cwd" || name == "env" || name == "check" || name == "mode" {
		return codeValue{text: data{text: "", taint: 0}}
	}
	return v
}

// list evaluates the elements of [ ] and { }.
func (s *codeScan) list(open int) ([]data, int) {
	var out []data
	i := open + 1
	for i < len(s.tokens) && !s.at(i, "]") && !s.at(i, "}") {
		v, next := s.expression(i)
		if v.list != nil {
			out = append(out, v.list...)
		} else {
			out = append(out, v.text)
		}
		if next <= i {
			next = i + 1
		}
		i = next
		if s.at(i, ",") || s.at(i, "\n") || s.at(i, ";") {
			i++
		}
	}
	if out == nil {
		out = []data{}
	}
	return out, i + 1
}

// callValue evaluates a call inside an expression: decoders give what they decode, everything else is not known.
func (s *codeScan) callValue(name string, open int) (data, int) {
	args, next := s.arguments(open)
	s.invoke(name, args)
	arg := data{}
	if len(args) > 0 {
		arg = args[0].text
	}
	result := unknown(arg.taint)
	switch lastSegment(name) {
	case "b64decode", "standard_b64decode", "urlsafe_b64decode", "decodebytes", "atob", "base64_decode", "decode_base64", "decode64", "strict_decode64", "urlsafe_decode64":
		result.taint |= decoded
		if text, ok := decode("base64", arg.text); ok && !arg.holes {
			result = data{text: text, taint: decoded}
		}
	case "fromhex", "unhexlify", "hex2bin":
		result.taint |= decoded
		if text, err := hex.DecodeString(strings.ReplaceAll(arg.text, " ", "")); err == nil && !arg.holes {
			result = data{text: string(text), taint: decoded}
		}
	case "from": // Buffer.from("…", "base64")
		result.taint |= decoded
		if len(args) > 1 && args[1].text.text == "base64" {
			if text, ok := decode("base64", arg.text); ok {
				result = data{text: text, taint: decoded}
			}
		}
	case "decompress", "rot13", "unpack", "decrypt", "inflate", "gunzip", "gzinflate", "str_rot13":
		result.taint |= decoded
	case "decode", "codecs.decode":
		if strings.Contains(name, "codecs") {
			return unknown(decoded), next
		}
		result = arg
	case "chr", "fromCharCode":
		result.taint |= decoded
	case "expanduser", "Path", "str", "String", "resolve", "abspath", "PosixPath", "bytes", "encode", "shlex.quote":
		result = arg
	case "split":
		result = arg
	case "join":
		result = data{}
		for i, a := range args {
			if a.list != nil {
				result = result.plus(join(a.list))
				continue
			}
			if i > 0 {
				result = result.plus(literal("/"))
			}
			result = result.plus(a.text)
		}
	case "environ.get", "getenv", "env":
		if secretVariable(arg.text) {
			result.taint |= environ
		}
	}
	// what follows a call: .decode(), .toString(), [0]
	for s.at(next, ".") && next+1 < len(s.tokens) && s.tokens[next+1].kind == tokenName {
		method := s.tokens[next+1].text
		if s.at(next+2, "(") {
			more, after := s.arguments(next + 2)
			if effect := effects[lastSegment(method)]; effect != nil || evaluators[lastSegment(method)] {
				s.invoke(name+"."+method, append(more, codeValue{text: result}))
			}
			if len(more) > 0 && !s.pure(method) {
				result = result.transformed(0)
			}
			next = after
			continue
		}
		next += 2
	}
	return result, next
}

func (s *codeScan) pure(method string) bool {
	switch lastSegment(method) {
	case "decode", "encode", "toString", "strip", "trim", "expanduser":
		return true
	}
	return false
}

func lastSegment(name string) string {
	return name[strings.LastIndexByte(name, '.')+1:]
}
