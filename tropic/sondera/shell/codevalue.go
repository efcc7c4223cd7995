package shell

import (
	"encoding/hex"
	"strings"
)

// codeValue is what an expression gives, as far as it is known: a text, or the words of a list.
type codeValue struct {
	text data
	list []data
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
				tuple := len(args) > 1 && first
				for _, a := range args {
					add(a.text)
					if a.list != nil {
						v.list = a.list
					}
				}
				if tuple {
					v.list = nil
					for _, a := range args {
						v.list = append(v.list, a.text)
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
