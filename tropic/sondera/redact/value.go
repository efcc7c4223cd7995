package redact

import "bytes"

// value finds the value of a and judges it. s ends where no more may be looked at.
func (a assignment) value(s []byte) (start, end int, ok bool) {
	i := a.valueStart
	if i >= len(s) {
		return 0, 0, false
	}
	escaped := s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'')
	if escaped {
		i++
	}
	switch s[i] {
	case '"', '\'', '`':
		return a.quoted(s, i, escaped)
	}
	end = bareEnd(s, i)
	return i, end, a.bareSecret(s, i, end)
}

// quoted reads a literal to its closing quote on the same line.
func (a assignment) quoted(s []byte, i int, escaped bool) (start, end int, ok bool) {
	quote, start := s[i], i+1
	for end = start; end < len(s) && s[end] != '\n'; end++ {
		if escaped && s[end] == '\\' && end+1 < len(s) && s[end+1] == quote || !escaped && s[end] == quote {
			return start, end, a.literalSecret(s[start:end])
		}
		if s[end] == '\\' {
			end++
		}
	}
	return 0, 0, false
}

// literalSecret judges what stands in quotes. Code has many literals beside such names that are labels: names of
// variables, sentences, paths, types.
func (a assignment) literalSecret(v []byte) bool {
	kind, n := secretName(a.key), varietyOf(v)
	if n.length < 6 || isFiller(v) || bytes.Contains(v, []byte("://")) {
		return false
	}
	if bytes.ContainsAny(v, " \t") {
		return upperName(a.key) && a.operator == '=' && !a.spaced && n.letters() > 0
	}
	if v[0] == '/' && bytes.Count(v, []byte("/")) > 1 && !n.random() || v[0] == '.' || v[0] == '~' {
		return false
	}
	if n.random() || n.digits > 0 && n.letters() > 0 && n.distinct >= 5 && !isLabel(v) {
		return true
	}
	if isLabel(v) || typeWord(v) || bytes.ContainsAny(v, "(){}[]|%,;\\") {
		return n.length >= 24 && n.uppers >= 4 && n.lowers >= 4 && n.other == 0 && n.distinct >= 14 && !isLabel(v)
	}
	if kind == passwordName || upperName(a.key) && !a.spaced {
		return !secretWord(v)
	}
	return n.letters() > 0 && n.other > 0 && n.distinct >= 8 && bytes.ContainsAny(v, "!@#$^&*+=") || n.length >= 32 && n.digits >= 16 && n.distinct >= 6
}

// bareSecret judges what stands without quotes between i and end. In code that is an expression; in shell, .env and
// YAML it is the value.
func (a assignment) bareSecret(s []byte, i, end int) bool {
	v := s[i:end]
	n := varietyOf(v)
	if n.length < 6 || isFiller(v) || bytes.ContainsAny(v, "(){}[]") || end < len(s) && bytes.IndexByte([]byte("([{"), s[end]) >= 0 {
		return false
	}
	if secretWord(v) && n.digits < 4 || typeWord(v) || bytes.HasPrefix(v, []byte("//")) || n.letters()+n.digits == 0 {
		return false
	}
	if n.random() && !isPath(v) || n.length >= 32 && n.digits >= 8 && n.letters()+n.digits == n.length {
		return true
	}
	if isPath(v) || isMember(v) {
		return false
	}
	lineEnds := end >= len(s) || s[end] == '\n' || s[end] == '\r'
	digit := n.digits > 0 && n.letters() > 0 && n.distinct >= 5
	switch {
	case a.operator == '=' && !a.spaced && upperName(a.key) && a.leftBlank:
		return n.letters() > 0 || n.digits >= 8
	case a.operator == '=' && !a.spaced && a.atStart && a.column() && lineEnds:
		return n.letters() > 0
	case a.operator == '=' && !a.spaced:
		return n.length >= 7 && digit && !isName(v)
	case a.operator == ' ':
		return n.length >= 7 && digit && !isName(v)
	case a.atStart && lineEnds:
		return n.length >= 7 && (digit || n.letters() > 0 && bytes.ContainsAny(v, "!@#$^&*+")) && !bytes.HasSuffix(v, []byte(","))
	}
	return false
}

// column reports whether the name is written as a shell assigns: without dots, which are fields in code.
func (a assignment) column() bool { return bytes.IndexByte(a.key, '.') < 0 }

// bareEnd is where an unquoted value ends, also in escaped text: %0A ends it as a line end does.
func bareEnd(s []byte, i int) int {
	for i < len(s) {
		if endsBare[s[i]] || s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) && endsBare[unhex(s[i+1])<<4|unhex(s[i+2])] {
			return i
		}
		i++
	}
	return i
}

// isLabel reports whether v is words joined as in names: api_token, X-Api-Key, apiToken, a.b.c. Digits may end a word.
func isLabel(v []byte) bool {
	for i, b := range v {
		joins := b == '_' || b == '-' || b == '.' || b == ':' || b == '/'
		if !alnum[b] && !joins || isDigit(b) && i+1 < len(v) && alnum[v[i+1]] && !isDigit(v[i+1]) {
			return false
		}
	}
	n := varietyOf(v)
	words := n.other > 0 || secretWord(v)
	return words && n.digits <= 2
}

// isName reports whether v could be a variable whose digits are a suffix: token2, key_v1.
func isName(v []byte) bool {
	n := varietyOf(v)
	return isLabel(v) || n.digits == 1 && n.other == 0 && isDigit(v[len(v)-1])
}

// isMember reports whether v is a field of something: cfg.Token, os.environ, self.token2.
func isMember(v []byte) bool {
	dots := 0
	for i, b := range v {
		switch {
		case b == '.':
			dots++
			if i == 0 || i+1 == len(v) || isDigit(v[i+1]) {
				return false
			}
		case !wordSet[b], isDigit(b) && i == 0:
			return false
		}
	}
	return dots > 0
}

// isPath reports whether v names a file.
func isPath(v []byte) bool {
	if bytes.HasPrefix(v, []byte("/")) || bytes.HasPrefix(v, []byte("./")) || bytes.HasPrefix(v, []byte("~/")) || bytes.HasPrefix(v, []byte("../")) {
		return bytes.Count(v, []byte("/")) > 1 || v[0] != '/'
	}
	return bytes.Contains(v, []byte("://"))
}

// secretWord reports whether v itself speaks of secrets, as variables that hold them do.
func secretWord(v []byte) bool {
	l := bytes.ToLower(v)
	for _, w := range [][]byte{[]byte("token"), []byte("secret"), []byte("password"), []byte("passwd"), []byte("credential"), []byte("apikey"), []byte("api_key"), []byte("_key")} {
		if bytes.Contains(l, w) {
			return true
		}
	}
	return false
}

// typeWord reports whether v is a type or a constant of some language.
func typeWord(v []byte) bool {
	switch string(bytes.ToLower(bytes.TrimRight(v, "?*!"))) {
	case "string", "number", "boolean", "object", "buffer", "unknown", "undefined", "integer", "optional", "required", "default",
		"int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "base64", "sha256", "sha512",
		"secret", "bearer", "public", "private", "static", "disabled", "enabled", "hidden", "literal", "strings", "option", "nullable", "securestring":
		return true
	}
	return false
}
