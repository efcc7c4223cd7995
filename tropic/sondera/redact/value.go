package redact

import "bytes"

// value finds the value of a at i and judges it. s ends where no more may be looked at.
func (a assignment) value(s []byte, i int) (start, end int, ok bool) {
	escaped := s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'')
	if escaped {
		i++
	}
	if isQuote(s[i]) {
		if s[i] == a.frame {
			return 0, 0, false // "NAME=" + value
		}
		return a.quoted(s, i, escaped)
	}
	if a.operator == '(' || a.operator == ',' {
		return 0, 0, false // an expression
	}
	most := s[:min(len(s), i+judged)]
	end = bareEnd(most, i)
	if a.atStart && end > i && end < len(most) && s[end] == '&' { // a sign in a password, unless name=value follows as in forms
		if more := bareEnd(most, end+1); more > end+1 && bytes.IndexByte(s[end:more], '=') < 0 {
			end = more
		}
	}
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
	return start, end, false
}

// literalSecret judges what stands in quotes. Code has many literals beside such names that are labels: names of
// variables, sentences, paths, types.
func (a assignment) literalSecret(v []byte) bool {
	n := varietyOf(v)
	if a.kind == awsSecretName && isAWSSecret(v) {
		return true
	}
	if n.length < 6 || isFiller(v) || bytes.Contains(v, []byte("://")) || bytes.HasPrefix(v, []byte(pemLead)) {
		return false
	}
	mixed := n.digits > 0 && n.letters() > 0 && n.distinct >= 5 && !isLabel(v) && !isWordy(v)
	random := (n.random() || n.scrambled(v)) && !isWordy(v)
	switch {
	case bytes.ContainsAny(v, " \t"):
		return upperName(a.key) && a.operator == '=' && !a.spaced && n.letters() > 0 && bytes.IndexByte(v, 0x1b) < 0
	case v[0] == '/' && bytes.Count(v, []byte("/")) > 1 && !random, v[0] == '.', v[0] == '~', v[0] == '\\', isColour(v):
		return false
	case a.kind == signatureName, isPattern(v), bytes.ContainsAny(v, "()[]{}") && !random && (n.digits < 2 || a.kind != passwordName):
		return false
	case a.kind == authName && isUserPassword(v):
		return true
	case a.kind.weak():
		return random || mixed && n.digits >= 2 && n.length >= 12 && bytes.IndexByte(v, '/') < 0
	case a.operator == ',' || a.operator == '(':
		return random || mixed && n.length >= 8 && (a.kind == passwordName && !secretWord(v) && n.lowers+n.digits >= 2 || n.digits >= 3)
	case random:
		return true
	case a.kind == passwordName && n.digits > 0 && n.other == 0 && n.distinct >= 5 && !isCommonWord(v):
		return true
	case secretWord(v) && n.digits <= 2 && n.other == 0 && a.kind != passwordName:
		return false
	case mixed:
		return true
	case isLabel(v) || typeWord(v) || bytes.ContainsAny(v, "(){}[]|%,;\\"):
		return n.length >= 24 && n.uppers >= 4 && n.lowers >= 4 && n.other == 0 && n.distinct >= 14 && !isLabel(v)
	case a.kind == passwordName || upperName(a.key) && !a.spaced:
		return (!secretWord(v) || bytes.HasSuffix(bytes.ToLower(v), []byte("secret"))) && !isCommonWord(v) && n.letters()+n.digits > 0 && !isForeign(v)
	}
	strange := n.letters() > 0 && n.distinct >= 8 && bytes.ContainsAny(v, "!@#$^&*+=") && !secretWord(v)
	return strange || n.length >= 32 && n.digits >= 16 && n.distinct >= 6
}

// bareSecret judges what stands without quotes between i and end. In code that is an expression; in shell, .env and
// YAML it is the value.
func (a assignment) bareSecret(s []byte, i, end int) bool {
	v := s[i:end]
	n := varietyOf(v)
	if a.kind == awsSecretName && isAWSSecret(v) {
		return true
	}
	if n.length < 6 || isFiller(v) || a.isExpression(v) || end < len(s) && bytes.IndexByte([]byte("([{"), s[end]) >= 0 {
		return false
	}
	if typeWord(v) || bytes.HasPrefix(v, []byte("//")) || n.letters()+n.digits == 0 || isPath(v) || isNumber(v) || a.spaced && isConstant(v) {
		return false
	}
	if secretWord(v) && !a.chosen(s, v, n, end) || a.spaced && a.operator == '=' && isOperator(v[0]) || a.kind == signatureName && !a.parameter {
		return false
	}
	random := (n.random() || n.scrambled(v)) && !isWordy(v) || n.length >= 32 && n.digits >= 8 && n.letters()+n.digits == n.length
	mixed := n.length >= 7 && n.digits > 0 && n.letters() > 0 && n.distinct >= 5
	switch {
	case random:
		return true
	case isMember(v):
		return false
	case a.kind.weak():
		return mixed && n.digits >= 2 && n.length >= 12 && !isName(v) && !isWordy(v)
	case a.operator == '=' && !a.spaced:
		return a.setting(s, v, n, end)
	case a.operator == ' ' || a.operator == '|':
		return mixed && !isName(v)
	case a.alone(s, end):
		if a.kind == passwordName && (n.digits == n.length || a.operator == ':' && upperName(a.key) && bytes.IndexByte(a.key, '_') > 0) {
			return true // POSTGRES_PASSWORD: postgres
		}
		strange := n.letters() > 0 && bytes.ContainsAny(v, "!@#$^&*+") || v[len(v)-1] == '='
		return (mixed && (!isWordy(v) || a.kind == passwordName) || strange) && !bytes.HasSuffix(v, []byte(","))
	case a.kind == passwordName && a.operator == ':' && a.spaced && lineEnds(s, end): // Generated password: …
		return mixed && n.digits >= 2 && !isName(v) && !isWordy(v)
	case a.operator == ':' && end < len(s) && (s[end] == ',' || s[end] == '}'): // {password: …}
		return mixed && !isName(v) && !isWordy(v)
	}
	return false
}

// isExpression reports whether v has brackets as calls and indexes have them. In an environment file a bracket may be a
// sign like any other, if no name stands before it.
func (a assignment) isExpression(v []byte) bool {
	k := bytes.IndexAny(v, "(){}[]")
	if k < 0 {
		return false
	}
	return k == 0 || wordSet[v[k-1]] || !upperName(a.key) || a.operator != '=' || a.spaced || !a.atStart
}

// chosen reports whether v, which has a word such as secret in it, is a password that a person thought up and not the
// name of a variable.
func (a assignment) chosen(s, v []byte, n variety, end int) bool {
	switch {
	case isCommonWord(v), isMember(v), bytes.EqualFold(v, a.key):
		return false
	case a.operator == '=' && !a.spaced && upperName(a.key) && a.leftBlank:
		return !isConstant(v) && (a.kind == passwordName || !isLabel(v))
	case a.kind == passwordName && (a.operator != '=' || !a.spaced) && (a.parameter || a.alone(s, end)):
		return n.digits > 0 && bytes.IndexByte(v, '_') < 0
	}
	return n.digits >= 4 && (n.other > 0 || n.digits >= 6)
}

// setting judges NAME=value without blanks or quotes.
func (a assignment) setting(s, v []byte, n variety, end int) bool {
	dotted := bytes.IndexByte(a.key, '.') >= 0 // a field in code, or a property
	switch {
	case upperName(a.key) && a.leftBlank:
		return n.letters() > 0 || n.digits >= 8
	case !dotted && a.alone(s, end):
		return n.letters() > 0
	}
	mixed := n.digits > 0 && n.letters() > 0 && n.distinct >= 5
	strange := a.kind == passwordName && n.letters() > 0 && bytes.ContainsAny(v, "!@#^")
	return n.length >= 7 && (mixed || strange) && (!isName(v) || a.parameter && a.kind == passwordName)
}

// alone reports whether nothing else stands in the line, or in the quotes, that the name begins.
func (a assignment) alone(s []byte, end int) bool {
	if a.frame != 0 && end < len(s) && s[end] == a.frame {
		return true
	}
	return a.atStart && lineEnds(s, end)
}

// lineEnds reports whether the line ends at i, or only a comment follows.
func lineEnds(s []byte, i int) bool {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
		if i < len(s) && s[i] == '#' {
			return true
		}
	}
	return i >= len(s) || lineEnd(s[i:]) > 0 || s[i] == '\r' || s[i] == 0x1b
}

// bareEnd is where an unquoted value ends, also in escaped text: %0A ends it as a line end does.
func bareEnd(s []byte, i int) int {
	for i < len(s) {
		if !bareSet[s[i]] || s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) && !bareSet[unhex(s[i+1])<<4|unhex(s[i+2])] {
			return i
		}
		i++
	}
	return i
}
